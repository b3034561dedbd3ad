/*
 * A book of DNS data that answers like a recursive resolver, and misbehaves where a directive says
 * so: the common part of the test responder (tests/responder) and the scripted resolver
 * (tests/scripted). It shares no code with the program under test, so that no fault can hide in
 * both.
 *
 * Text: master files (RFC 1035 5) with $ORIGIN and $TTL; each SOA begins a zone. Lines that begin
 * with ";!" direct the behaviour:
 *
 *     ;! NAME TYPE|* [udp|tcp] [edns] [rd] [first N] ACTION [ARGUMENT]
 *     ;! @RESOLVER dead [N] | die-after N | back-after MS | unreachable
 *
 * NAME is absolute; "*.zone." means zone. and all names below it. "udp" and "tcp" limit the action
 * to one transport, "edns" to queries with EDNS, "rd" to queries with RD, "first N" to the first N
 * queries for each question. All actions that fit a question take effect together. README.md beside
 * this file lists the actions.
 *
 * Data are followed through CNAMEs across zones (at most 20). Negative answers carry the SOA of the
 * closest enclosing zone, unchanged; a DNAME is answered alone; empty non-terminals are NODATA
 * (RFC 8020 2); names outside all zones are REFUSED.
 *
 * Ownership: answerbook_new / answerbook_free. Threads: load first; then any number may call
 * answerbook_reply, which allocates nothing. Units: milliseconds. Errors: one line "FILE:LINE: what
 * is wrong".
 */
#ifndef TESTS_ANSWERBOOK_H
#define TESTS_ANSWERBOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct answerbook;

enum {
    ANSWERBOOK_ERROR_MAX = 512,
    ANSWERBOOK_REPLY_MAX = 65535,
    ANSWERBOOK_DELAY_MAX_MS = 60000,
    ANSWERBOOK_RESOLVERS_MAX = 16,
    ANSWERBOOK_SHARE_MAX = 100, /* addresses that may share one name by rule */
};

/* What the transport has to do beside sending the reply. */
struct behaviour {
    bool drop;  /* say nothing */
    bool close; /* close the connection instead of answering (TCP) */
    bool now;   /* the scripted resolver answers from inside ask */
    unsigned delay_ms;
};

/* Every IPv4 address of the block base/prefix_length (host order) has PTR
 * ip-a-b-c-d.fleet.example., and that name has the address. With names > 0 the n-th address has
 * mta-(n mod names).fleet.example. instead, and that name has all its addresses, at most
 * ANSWERBOOK_SHARE_MAX. The names of blocks above them are empty non-terminals: NODATA.
 *
 * With a tree, a share of the /24s exists, and each /16 with one of them is a zone below that of
 * its /8. Shares are of 2^32; who is meant is decided by seed and number. */
struct answerbook_rule {
    uint32_t base;
    unsigned prefix_length;
    uint32_t names;
    bool tree;
    uint64_t exist;    /* of the /24s */
    uint64_t lie;      /* of the zones: NXDOMAIN for empty non-terminals */
    uint64_t servfail; /* of the names of blocks */
    uint64_t seed;
};

/* How one of several resolvers fails; the scripted resolver obeys. */
struct resolver_script {
    bool dead;              /* from the beginning */
    uint64_t dead_first;    /* the first N queries get nothing */
    uint64_t die_after;     /* dead after N queries; 0: never */
    uint64_t back_after_ms; /* alive again this long after it died; 0: never */
    bool unreachable;       /* while dead, queries do not reach it */
};

struct answerbook *answerbook_new(void); /* NULL: out of memory */
void answerbook_free(struct answerbook *book);
bool answerbook_load(struct answerbook *book, const char *path, char error[ANSWERBOOK_ERROR_MAX])
    __attribute__((warn_unused_result));
/* Names in no zone of the book are answered by the rule. False: a name would have too many
 * addresses. */
bool answerbook_set_rule(struct answerbook *book, const struct answerbook_rule *rule)
    __attribute__((warn_unused_result));
/* "10.0.0.0/14"; host bits must be zero. */
bool answerbook_parse_block(struct answerbook_rule *out, const char *text)
    __attribute__((warn_unused_result));
/* NULL if the book says nothing of this resolver. */
const struct resolver_script *answerbook_resolver(const struct answerbook *book, unsigned index);
/* The length of the reply, or 0: nothing to send (see how). cap at least 512. */
size_t answerbook_reply(struct answerbook *book, const uint8_t *query, size_t len, bool over_tcp,
                        uint8_t *out, size_t cap, struct behaviour *how)
    __attribute__((warn_unused_result));

#endif
