/*
 * What a run file holds of vantages: the resolvers that are asked beside those of the run, with all
 * they say; and the name servers of the zones, with what they say that is not what the run found.
 * docs/run-file.md describes the tables.
 *
 * Ownership, threads and errors as in io/run/run_file.h. A file of the version before has no
 * vantages: reading finds none.
 */
#ifndef IO_RUN_VANTAGES_H
#define IO_RUN_VANTAGES_H

#include "audit/vantage.h"
#include "io/run/run_file.h"

/* ---- resolvers ---- */

enum { VANTAGES_MAX = 16, VANTAGE_NAME_MAX = 64 };

enum vantage_state {
    VANTAGE_NEW,       /* not all is asked yet */
    VANTAGE_WHOLE,     /* everything was asked */
    VANTAGE_SILENT,    /* it did not answer at all */
    VANTAGE_BROKE_OFF, /* it stopped answering */
    VANTAGE_STATES
};

struct run_vantage {
    uint32_t number; /* from 1 */
    enum vantage_state state;
    char name[VANTAGE_NAME_MAX]; /* "192.0.2.1@53" */
};

/* One more, or the one that has this name already. */
bool run_file_add_vantage(struct run_file *run, const char *name, uint32_t *number)
    __attribute__((warn_unused_result));
bool run_file_set_vantage(struct run_file *run, uint32_t number, enum vantage_state state)
    __attribute__((warn_unused_result));
bool run_file_vantages(struct run_file *run, struct run_vantage out[VANTAGES_MAX], unsigned *count)
    __attribute__((warn_unused_result));
/* How many addresses are settled for a vantage. */
uint64_t run_file_count_seen(struct run_file *run, uint32_t vantage);
/* What vantages found about the addresses of a range, in order of address, then vantage; as
 * run_file_found_begin. */
bool run_file_seen_begin(struct run_file *run, const struct iprange *range)
    __attribute__((warn_unused_result));
enum run_step run_file_seen_next(struct run_file *run, struct run_found *out);

/* ---- name servers of zones ---- */

/* What the run itself found about one address. RUN_END: nothing. */
enum run_step run_file_found_one(struct run_file *run, const struct ipaddr *address,
                                 struct run_found *out);

/* A question about an address that the servers of a zone are to be asked. */
struct run_question {
    struct ipaddr address;
    struct question question;
};

bool run_file_add_question(struct run_file *run, const struct dnsname *zone,
                           const struct run_question *ask) __attribute__((warn_unused_result));
/* Up to n of a zone behind *after (NULL: from the first one), in order. */
bool run_file_questions(struct run_file *run, const struct dnsname *zone,
                        const struct run_question *after, struct run_question *out, unsigned n,
                        unsigned *got) __attribute__((warn_unused_result));
/* Up to n zones that have questions, behind *after (NULL: from the first one), in order. */
bool run_file_zones_with_questions(struct run_file *run, const struct dnsname *after,
                                   struct dnsname *out, unsigned n, unsigned *got)
    __attribute__((warn_unused_result));

/* The addresses of name servers, by name and type (A or AAAA). Names are in lower case. */
bool run_file_want_nameserver(struct run_file *run, const struct question *question)
    __attribute__((warn_unused_result));
bool run_file_set_nameserver(struct run_file *run, const struct question *question,
                             const struct answer *answer) __attribute__((warn_unused_result));
/* Those not answered, as run_file_questions. */
bool run_file_nameservers_needed(struct run_file *run, const struct question *after,
                                 struct question *out, unsigned n, unsigned *got)
    __attribute__((warn_unused_result));
struct run_nameserver {
    enum answer_kind kind;
    unsigned count;
    struct ipaddr addresses[ANSWER_ADDRESSES_MAX];
};
/* RUN_END: not answered. */
enum run_step run_file_nameserver(struct run_file *run, const struct question *question,
                                  struct run_nameserver *out);

enum zone_server_state {
    ZONE_SERVER_NEW,               /* to be asked */
    ZONE_SERVER_WHOLE,             /* everything was asked */
    ZONE_SERVER_SILENT,            /* it did not answer, or stopped to */
    ZONE_SERVER_LAME,              /* it answers, but not for this zone (RFC 9499 7) */
    ZONE_SERVER_NOT_ASKED_SPECIAL, /* it has a special-purpose address and was not asked */
    ZONE_SERVER_UNREACHABLE,       /* this host has no route to its address */
    ZONE_SERVER_NO_ADDRESS,        /* its name has no address */
    ZONE_SERVER_STATES
};

struct run_zone_server {
    struct dnsname zone;
    struct dnsname name;
    struct ipaddr address; /* not with ZONE_SERVER_NO_ADDRESS */
    enum zone_server_state state;
    uint32_t serial; /* of its SOA; with ZONE_SERVER_WHOLE */
    uint64_t asked, differing, failed;
};

/* A server of a zone, unless it is known. */
bool run_file_add_zone_server(struct run_file *run, const struct run_zone_server *server)
    __attribute__((warn_unused_result));
/* Replaces all but zone, name and address. */
bool run_file_set_zone_server(struct run_file *run, const struct run_zone_server *server)
    __attribute__((warn_unused_result));
/* Servers that were silent are asked again. */
bool run_file_retry_silent_servers(struct run_file *run) __attribute__((warn_unused_result));
/* The first server behind *after (NULL: of all) that is still to be asked for a zone. */
enum run_step run_file_next_unasked_server(struct run_file *run, const struct ipaddr *after,
                                           struct ipaddr *out);
/* Up to n of the zones for which a server is still to be asked. */
bool run_file_server_zones(struct run_file *run, const struct ipaddr *server,
                           struct run_zone_server *out, unsigned n, unsigned *got)
    __attribute__((warn_unused_result));
/* The server is silent for all of these. */
bool run_file_set_server_silent(struct run_file *run, const struct ipaddr *server)
    __attribute__((warn_unused_result));
/* Up to n servers of a zone. */
bool run_file_servers_of_zone(struct run_file *run, const struct dnsname *zone,
                              struct run_zone_server *out, unsigned n, unsigned *got)
    __attribute__((warn_unused_result));
/* All of them, by zone. */
bool run_file_zone_servers_begin(struct run_file *run) __attribute__((warn_unused_result));
enum run_step run_file_zone_servers_next(struct run_file *run, struct run_zone_server *out);

/* What a server of a zone said to a question, where it is not what the run found. */
struct run_difference {
    struct run_question ask;
    struct ipaddr server;
    struct dnsname zone;
    int64_t until; /* seconds since 1970 UTC: so long a resolver may remember it */
    struct answer_summary summary;
};

bool run_file_add_difference(struct run_file *run, const struct run_difference *told)
    __attribute__((warn_unused_result));
/* It says what the run found. */
bool run_file_remove_difference(struct run_file *run, const struct run_difference *told)
    __attribute__((warn_unused_result));
/* By address, question and server; as run_file_found_begin. */
bool run_file_differences_begin(struct run_file *run, const struct iprange *range)
    __attribute__((warn_unused_result));
enum run_step run_file_differences_next(struct run_file *run, struct run_difference *out);

#endif
