/*
 * What a wanted record finds in its place, as the run saw it: the PTR names of an address or the
 * addresses of a host name, nothing, or not known. A party that sets records compares it with what
 * is wanted. Or how the lookup failed that a party is asked to look after.
 *
 * The records are those that the run keeps (ANSWER_NAMES_MAX, ANSWER_ADDRESSES_MAX), in the order
 * of the answer; those beyond are counted. Ownership: plain values. Threads: no state.
 */
#ifndef REPORTS_PRESENT_H
#define REPORTS_PRESENT_H

#include "reports/report_row.h"

struct present {
    bool is_truncated;     /* there are more records; how many is unknown */
    enum answer_kind kind; /* of the answer; with it: */
    uint16_t rcode;
    uint16_t extended_error;
    uint16_t type;        /* RR_PTR, RR_A or RR_AAAA */
    int64_t checked_at;   /* seconds since 1970 UTC */
    uint32_t total;       /* records, with those that are not kept */
    unsigned count;       /* records kept */
    struct dnsname alias; /* of a host name: the target of its CNAME; length 0: it has none */
    union {
        struct dnsname names[ANSWER_NAMES_MAX];        /* RR_PTR */
        struct ipaddr addresses[ANSWER_ADDRESSES_MAX]; /* RR_A, RR_AAAA */
    } records;
};

/* The state as octets, for the party that a fix names; returns their number. Each party sees what
 * it has itself: the operator of the reverse zone the PTR names, the owner of a host name the
 * addresses of that name, the operator of a failing zone how the lookup failed. Any other learns
 * nothing: one octet, which is 0. Of two states of an address, the later one sorts first. */
enum { PRESENT_OCTETS = 21 + ANSWER_NAMES_MAX * (1 + DNSNAME_MAX) };
size_t present_put(uint8_t out[PRESENT_OCTETS], const struct report_row *row,
                   const struct fix *fix);
/* From octets of a state that is shown. */
void present_get(struct present *out, const uint8_t *octets);

/* The state that one answer of the row shows: to the PTR question, or to one of this type (RR_A,
 * RR_AAAA) about a host name. */
void present_of_answer(struct present *out, const struct report_row *row,
                       const struct answer *answer, uint16_t type);

/* Are two states the same, whenever they were seen? Each from octets of a state that is shown. */
bool present_equal(const uint8_t *a, size_t a_length, const uint8_t *b, size_t b_length);

enum { PRESENT_PART_MAX = DNSNAME_TEXT_MAX + 8 };
/* The state in parts: "CNAME www.example.net", then each record, and "and 2 more"; or "none
 * (NXDOMAIN)", "not known (SERVFAIL)". present_part returns the length. */
unsigned present_parts(const struct present *present);
size_t present_part(char out[PRESENT_PART_MAX], const struct present *present, unsigned part);

#endif
