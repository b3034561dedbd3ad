/*
 * What a set of reports contains: where it goes, how the run was done, and by which policy,
 * receivers and lists the addresses are judged. Ownership: plain value; everything it points to
 * must outlive the reports.
 */
#ifndef REPORTS_REPORT_PLAN_H
#define REPORTS_REPORT_PLAN_H

#include "audit/policy.h"
#include "audit/receivers.h"
#include "io/system/folder.h"

/* How the run was done, one line each: what a reader needs to trust and repeat it. Merged runs are
 * joined in one line. */
struct run_story {
    const char *key;   /* JSON key, "resolvers" */
    const char *title; /* for people, "Resolvers asked" */
    const char *value; /* for people and JSON */
};

struct csv_line;
struct change_report;
struct fix_list;
struct histogram;
struct name_census;
struct providers;
struct suffix_list;
struct vantage_overview;

struct report_plan {
    const struct folder *folder;
    ip_count rows;       /* expected number */
    uint64_t repeated;   /* of them, those that repeat an address (reports/repeated_rows.h) */
    const char *program; /* "fcrdns 0.2.0" */
    int64_t written_at;  /* seconds since 1970 UTC */
    bool complete;       /* false: the run was stopped or gave up before everything was asked */
    const char *incomplete_reason; /* "stopped by SIGINT", ...; NULL if complete */
    bool skip_special;
    uint64_t unnamed_rows;  /* of the rejected rows: audited without their expected name */
    bool gzip;              /* compress the files for programs */
    bool jsonl;             /* write audit.jsonl */
    bool explore;           /* write explore.html */
    const char *zone_files; /* answers come from these zone files (with zones and serials) instead
                               of the published DNS; NULL: they do not */
    const char *resolver_fault; /* the resolvers at fault, in a run without answers; NULL: none
                                   (reports/resolver_fault.h) */
    unsigned resolvers_at_fault;
    const double *max_unanswered; /* percent of temporary errors that are trusted; NULL: any */
    const char *resolver_filter;  /* the resolvers that withhold answers; NULL: none */
    const struct receiver_list *receivers; /* whose acceptance is reported */
    const struct run_story *story;         /* in reading order */
    unsigned story_count;
    const struct histogram *latency;         /* of replies, in microseconds; NULL: unknown */
    const struct policy *policy;             /* applied to all rows; NULL: everything counts */
    const struct suffix_list *suffixes;      /* NULL: no list */
    const struct providers *providers;       /* of --providers; NULL: none */
    const char *asked_by;                    /* who asks, in requests; NULL: the sender of mail */
    const struct name_census *census;        /* of PTR names; NULL: not taken */
    const struct vantage_overview *vantages; /* NULL: the run has no vantages */
    bool has_baseline;                       /* rows may say what changed (struct row_since) */
    const struct change_report *changes;     /* since the baseline; NULL: not compared now */
    /* Called before each folder of the hand-over; false: stop. NULL: none. */
    bool (*on_folder)(void *context, unsigned written, unsigned all);
    void *context;
    struct fix_list *fixes; /* what must be fixed: created, filled and, before formats finish,
                               sorted by the set */
    const struct csv_line *row_line; /* the header of audit.csv, while the formats begin */
};

/* The value of a line of the story; NULL: no such line. */
const char *report_plan_story(const struct report_plan *plan, const char *key);

#endif
