/*
 * The name servers of zones (--vantage authoritative): the questions they are asked, their
 * addresses, their state for each zone, and their answers where these differ from the results of
 * the run. Names are in lower case. Ownership, threads and errors as in io/run/run_file.h.
 *
 * Arrays are filled with up to n elements in order; *got: the number of them. With `after` they
 * begin after that element (NULL: with the first one).
 */
#ifndef IO_RUN_NAME_SERVERS_H
#define IO_RUN_NAME_SERVERS_H

#include "audit/vantage.h"
#include "io/run/run_step.h"

/* ---- questions ---- */

/* A question about an address for the servers of a zone. */
struct run_question {
    struct ipaddr address;
    struct question question;
};

bool run_file_add_question(struct run_file *run, const struct dnsname *zone,
                           const struct run_question *question) __attribute__((warn_unused_result));
/* The questions for a zone. */
bool run_file_questions(struct run_file *run, const struct dnsname *zone,
                        const struct run_question *after, struct run_question *out, unsigned n,
                        unsigned *got) __attribute__((warn_unused_result));
bool run_file_zones_with_questions(struct run_file *run, const struct dnsname *after,
                                   struct dnsname *out, unsigned n, unsigned *got)
    __attribute__((warn_unused_result));

/* ---- addresses of name servers, by name and type (A or AAAA) ---- */

struct run_nameserver {
    enum answer_kind kind;
    unsigned count;
    struct ipaddr addresses[ANSWER_ADDRESSES_MAX];
};

bool run_file_want_nameserver(struct run_file *run, const struct question *question)
    __attribute__((warn_unused_result));
bool run_file_set_nameserver(struct run_file *run, const struct question *question,
                             const struct answer *answer) __attribute__((warn_unused_result));
/* Those without an answer; errors and silence are asked again. */
bool run_file_nameservers_needed(struct run_file *run, const struct question *after,
                                 struct question *out, unsigned n, unsigned *got)
    __attribute__((warn_unused_result));
/* RUN_END: there is no answer. */
enum run_step run_file_nameserver(struct run_file *run, const struct question *question,
                                  struct run_nameserver *out);

/* ---- servers of zones ---- */

enum zone_server_state {
    ZONE_SERVER_NEW,               /* not asked yet */
    ZONE_SERVER_WHOLE,             /* everything was asked */
    ZONE_SERVER_SILENT,            /* it never answered, or stopped answering */
    ZONE_SERVER_LAME,              /* it answers, but not for this zone (RFC 9499 7) */
    ZONE_SERVER_NOT_ASKED_SPECIAL, /* not asked: its address is a special-purpose one */
    ZONE_SERVER_UNREACHABLE,       /* this host has no route to its address */
    ZONE_SERVER_NO_ADDRESS,        /* its name has no address */
    ZONE_SERVER_STATES
};

struct run_zone_server {
    struct dnsname zone;
    struct dnsname name;
    struct ipaddr address; /* not set with ZONE_SERVER_NO_ADDRESS */
    enum zone_server_state state;
    uint32_t serial; /* of its SOA; with ZONE_SERVER_WHOLE */
    uint64_t asked, differing, failed;
};

/* Adds a server of a zone, unless it is known: two names with one address are one server. */
bool run_file_add_zone_server(struct run_file *run, const struct run_zone_server *server)
    __attribute__((warn_unused_result));
/* Replaces all but zone, name and address. */
bool run_file_set_zone_server(struct run_file *run, const struct run_zone_server *server)
    __attribute__((warn_unused_result));
/* The server did not answer for any zone that it was still to be asked for. */
bool run_file_set_server_silent(struct run_file *run, const struct ipaddr *server)
    __attribute__((warn_unused_result));
/* Silent servers are asked again. */
bool run_file_retry_silent_servers(struct run_file *run) __attribute__((warn_unused_result));
/* The next server that is not asked yet for some zone. */
enum run_step run_file_next_unasked_server(struct run_file *run, const struct ipaddr *after,
                                           struct ipaddr *out);
/* The zones for which a server is not asked yet. */
bool run_file_server_zones(struct run_file *run, const struct ipaddr *server,
                           struct run_zone_server *out, unsigned n, unsigned *got)
    __attribute__((warn_unused_result));
bool run_file_servers_of_zone(struct run_file *run, const struct dnsname *zone,
                              struct run_zone_server *out, unsigned n, unsigned *got)
    __attribute__((warn_unused_result));
/* All servers, by zone. */
bool run_file_zone_servers_begin(struct run_file *run) __attribute__((warn_unused_result));
enum run_step run_file_zone_servers_next(struct run_file *run, struct run_zone_server *out);

/* ---- answers that differ from the result of the run ---- */

struct run_difference {
    struct run_question ask;
    struct ipaddr server;
    struct dnsname zone;
    int64_t until; /* seconds since 1970 UTC: resolvers may cache the answer until then */
    struct answer_summary summary;
};

/* Adds an answer, or replaces the earlier one of this server to this question. */
bool run_file_add_difference(struct run_file *run, const struct run_difference *difference)
    __attribute__((warn_unused_result));
/* The answer of the server no longer differs. */
bool run_file_remove_difference(struct run_file *run, const struct run_difference *difference)
    __attribute__((warn_unused_result));
/* Those about the addresses of a range, by address, question and server; one range at a time. */
bool run_file_differences_begin(struct run_file *run, const struct iprange *range)
    __attribute__((warn_unused_result));
enum run_step run_file_differences_next(struct run_file *run, struct run_difference *out);

#endif
