/*
 * The run file: SQLite (the only door to it), one per run directory. It holds the input items in
 * input order, refused rows, the facts found, the zones of what does not pass, and what is known
 * about the run; docs/run-file.md describes the schema and its version.
 *
 * WAL mode, exclusive locking (two runs never share a file), one transaction per batch of writes:
 * run_file_commit. Killed at any point, what was committed is there. Ownership: run_file_open /
 * run_file_close. Threads: one at a time. Errors: every call that can fail returns false and keeps
 * its reason, run_file_failure; after a failure further calls do nothing. Text handed out is valid
 * until the next call on the same cursor.
 */
#ifndef IO_RUN_RUN_FILE_H
#define IO_RUN_RUN_FILE_H

#include "audit/observation.h"
#include "audit/walk.h"
#include "io/system/failure.h"

struct run_file;

enum run_mode {
    RUN_CREATE, /* must not exist */
    RUN_RESUME, /* must exist; writable */
    RUN_READ,   /* must exist; nothing is written */
};

enum { RUN_FILE_VERSION = 4 };

struct run_item {
    uint32_t source; /* number from run_file_add_source */
    uint64_t line;
    struct iprange range;
    bool mapped;
    bool has_expected;
    struct dnsname expected;
};

struct run_rejected {
    uint32_t source;
    uint64_t line;
    const char *reason;
    const char *text; /* any bytes */
    size_t length;
};

/* What was found about one address. */
struct run_found {
    uint32_t vantage; /* number from run_file_add_vantage (io/run/vantages.h); 0: the resolvers of
                         the run */
    struct ipaddr address;
    int64_t checked_at; /* seconds since 1970 UTC */
    uint32_t elapsed_ms;
    uint32_t tries;
    bool settled;         /* false: an answer is temporary; a resumed run asks again */
    const uint8_t *facts; /* observation_decode reads them */
    uint32_t length;
};

/* NULL with *failure set: not there, not a run file, another version, in use by another run,
 * damaged. */
struct run_file *run_file_open(const char *path, enum run_mode mode, struct failure *failure);
/* Commits, checkpoints, closes. False with *failure set if what was written may not be whole. NULL
 * is allowed. */
bool run_file_close(struct run_file *run, struct failure *failure)
    __attribute__((warn_unused_result));
const struct failure *run_file_failure(const struct run_file *run);

/* Facts about the run itself by key ("started_at", "resolvers", "options.timeout_ms"). */
bool run_file_set(struct run_file *run, const char *key, const char *value)
    __attribute__((warn_unused_result));
bool run_file_set_number(struct run_file *run, const char *key, uint64_t value)
    __attribute__((warn_unused_result));
/* Copies the value into out (NUL-terminated, cut at size); false if the key is not there. */
bool run_file_get(struct run_file *run, const char *key, char *out, size_t size);
uint64_t run_file_get_number(struct run_file *run, const char *key, uint64_t otherwise);

bool run_file_add_source(struct run_file *run, const char *name, uint32_t *number)
    __attribute__((warn_unused_result));
bool run_file_add_item(struct run_file *run, const struct run_item *item)
    __attribute__((warn_unused_result));
bool run_file_add_rejected(struct run_file *run, const struct run_rejected *rejected)
    __attribute__((warn_unused_result));
/* Drops all input (a run killed while reading starts reading anew). */
bool run_file_forget_input(struct run_file *run) __attribute__((warn_unused_result));
/* The input is complete: makes the sorted index that run_file_next_spans reads, and commits. */
bool run_file_seal_input(struct run_file *run) __attribute__((warn_unused_result));
bool run_file_is_sealed(struct run_file *run);

/* Distinct spans (range, expected) in order of (first, last, expected), in portions, so that no
 * read transaction stays open. */
struct span_cursor {
    bool begun;
    struct span last;
};
/* Fills up to n spans, sets *got (0: no more). Begin with a zeroed cursor. */
bool run_file_next_spans(struct run_file *run, struct span_cursor *cursor, struct span *out,
                         unsigned n, unsigned *got) __attribute__((warn_unused_result));

/* Adds found[0..n), or replaces what was not settled. All of one vantage; addresses that ascend
 * share their rows in the file. */
bool run_file_add_found(struct run_file *run, const struct run_found *found, unsigned n)
    __attribute__((warn_unused_result));
/* Addresses from `from` to `to` that are settled for the vantage (0: for the run), in order, up to
 * n; *got tells how many. */
bool run_file_known(struct run_file *run, uint32_t vantage, const struct ipaddr *from,
                    const struct ipaddr *to, struct ipaddr *out, unsigned n, unsigned *got)
    __attribute__((warn_unused_result));
/* How many addresses are settled / found at all: reads all of them. */
uint64_t run_file_count_found(struct run_file *run, bool settled_only);
/* Ends the transaction that the first write began. */
bool run_file_commit(struct run_file *run) __attribute__((warn_unused_result));

enum run_step { RUN_ROW, RUN_END, RUN_FAILED };

/* What the answer to the question for a name's SOA told of the zone that holds the name. */
struct run_zone {
    enum answer_kind kind;
    int64_t checked_at;
    bool has_apex; /* the answer named the zone; then the next three are set */
    struct dnsname apex;
    struct dnsname mname;
    struct dnsname rname;
    uint32_t server_total; /* name servers of the apex; 0: not known */
    unsigned server_count; /* of them here */
    struct dnsname servers[ANSWER_NAMES_MAX];
};

/* Question names are in lower case (audit/zone_question.h). Notes that the zone of a name is
 * wanted, unless it is known or noted. */
bool run_file_want_zone(struct run_file *run, const struct dnsname *question)
    __attribute__((warn_unused_result));
/* Keeps an answer to a SOA question, also under the name of the apex, so that its servers can be
 * kept there; an apex that is known stays. */
bool run_file_add_zone(struct run_file *run, const struct dnsname *question,
                       const struct answer *answer, int64_t checked_at)
    __attribute__((warn_unused_result));
/* Keeps the answer to the NS question of an apex that is known. */
bool run_file_add_servers(struct run_file *run, const struct dnsname *apex,
                          const struct answer *answer) __attribute__((warn_unused_result));
/* The names for which a question is still to be asked, in portions: up to n names behind *after
 * (NULL: from the first one), *got tells how many. Those that met silence are among them, so each
 * is given once in one pass. */
enum zone_need {
    ZONE_NEEDS_SOA,
    ZONE_UNASKED, /* of these: without those that met silence */
    ZONE_NEEDS_SERVERS,
    ZONE_NEEDS
};
bool run_file_zones_needed(struct run_file *run, enum zone_need need, const struct dnsname *after,
                           struct dnsname *out, unsigned n, unsigned *got)
    __attribute__((warn_unused_result));
/* RUN_END: nothing is known about this name's zone. */
enum run_step run_file_zone(struct run_file *run, const struct dnsname *question,
                            struct run_zone *out);

/* Reading for reports: items in input order. */
bool run_file_items_begin(struct run_file *run) __attribute__((warn_unused_result));
enum run_step run_file_items_next(struct run_file *run, struct run_item *out);
/* Source name by number; "" if there is none. Valid until the run is closed. */
const char *run_file_source(struct run_file *run, uint32_t number);
/* Found addresses of a range in order; one range at a time. facts point into the run file until the
 * next call. */
bool run_file_found_begin(struct run_file *run, const struct iprange *range)
    __attribute__((warn_unused_result));
enum run_step run_file_found_next(struct run_file *run, struct run_found *out);
/* Only the facts, of every address found, in order of the addresses. */
struct run_facts {
    struct ipaddr address;
    const uint8_t *bytes; /* valid until the next call */
    uint32_t length;
};
bool run_file_facts_begin(struct run_file *run) __attribute__((warn_unused_result));
enum run_step run_file_facts_next(struct run_file *run, struct run_facts *out);
/* The facts of what was found; unsound ones are damage. */
bool run_file_decode(struct run_file *run, const struct run_found *found, struct observation *out)
    __attribute__((warn_unused_result));
bool run_file_rejected_begin(struct run_file *run) __attribute__((warn_unused_result));
enum run_step run_file_rejected_next(struct run_file *run, struct run_rejected *out);
/* Totals of the input: items, refused rows, addresses over all items (duplicates counted). */
struct run_totals {
    uint64_t items;
    uint64_t rejected;
    ip_count addresses;
};
bool run_file_totals(struct run_file *run, struct run_totals *out)
    __attribute__((warn_unused_result));

#endif
