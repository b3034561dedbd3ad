/*
 * The record of a run in its run file: options, resolvers, and counts added up over its sessions (a
 * resumed run has several). docs/run-file.md lists the keys.
 */
#ifndef IO_RUN_RECORD_H
#define IO_RUN_RECORD_H

#include "audit/shard.h"
#include "io/lookup/asker.h"
#include "io/run/run_file.h"

enum { RECORD_TEXT_MAX = 4096, RECORD_WORD_MAX = 64 };

struct run_record {
    char inputs[RECORD_TEXT_MAX];        /* as named on the command line, joined by blanks */
    char resolvers[RECORD_TEXT_MAX];     /* "127.0.0.1@53, ..." */
    char reply_sources[RECORD_TEXT_MAX]; /* resolvers that reply from another address than the one
                                            asked, in sentences; "": none is known */
    char zone_files[RECORD_TEXT_MAX];    /* "FILE (ZONE, serial N), ...", that answered;
                                            "": resolvers did */
    uint64_t zone_digest;                /* hash of their text */
    char transport[RECORD_WORD_MAX + DNSNAME_TEXT_MAX]; /* "tls, as dns.example" */
    char asked[RECORD_WORD_MAX];   /* "resolver", or "authoritative": the name servers of the zones
                                      first; "": before there was a choice */
    char engine[RECORD_WORD_MAX];  /* "getdns 1.6.0" */
    char program[RECORD_WORD_MAX]; /* "fcrdns 0.2.0" */
    char stopped[RECORD_WORD_MAX]; /* why the last session ended before everything was asked; "": it
                                      did not */
    bool skip_special;
    bool prune;                     /* cuts are looked for (io/phases/cuts.h) */
    bool cuts_complete;             /* all of them were found */
    uint64_t cuts;                  /* blocks that are proven empty */
    uint64_t cuts_undone;           /* denied names of blocks with something inside */
    bool finished;                  /* everything was asked */
    char columns[RECORD_TEXT_MAX];  /* which columns of the inputs were read; "": no columns */
    char shard[SHARD_TEXT_MAX];     /* "3/64"; "": the audit is not divided */
    char shard_by[RECORD_WORD_MAX]; /* "zone" or "address" */
    uint64_t input_digest;          /* of the whole input of a divided audit */
    uint64_t broken_inputs;
    uint64_t unnamed_rows;  /* among the rejected rows: audited without their expected name */
    uint64_t rechecked;     /* addresses taken from an earlier run; 0: an input was read */
    uint64_t recheck_early; /* of these, asked while caches could still hold the old answers */
    int64_t recheck_until;  /* the last time a cache could; seconds since 1970 UTC */
    char baseline[RECORD_TEXT_MAX]; /* run directories that it is compared with, joined by blanks;
                                       "": none */
    int64_t baseline_at;            /* start of the first of them */
    int64_t started_at;             /* of the first session, seconds since 1970 UTC */
    int64_t ended_at;               /* of the last one */
    uint64_t sessions;
    uint64_t asking_ms;       /* time spent asking, of all sessions */
    uint64_t vantage_queries; /* sent for vantages; not in counts */
    uint64_t addresses;       /* asked about; an address of two sessions counts twice */
    uint64_t server_rate;     /* with "authoritative": to each name server, at most; 0: no limit */
    uint64_t concurrency, threads, rate, timeout_ms, tries;
    uint64_t pace; /* queries a second the resolvers can carry, as measured; 0: no limit found */
    struct asker_counts counts;
};

bool record_write(struct run_file *run, const struct run_record *record)
    __attribute__((warn_unused_result));
/* Missing keys give zero, and so do times that are none. */
void record_read(struct run_file *run, struct run_record *record);

#endif
