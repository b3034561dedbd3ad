/*
 * What an address has in the place of a wanted PTR record, as the run found it: the names, nothing,
 * or not known. A party that sets records compares it with what is wanted.
 *
 * The names are those that the run keeps (ANSWER_NAMES_MAX), in the order of the answer; those
 * beyond are counted. Ownership: plain values. Threads: no state.
 */
#ifndef REPORTS_PRESENT_PTR_H
#define REPORTS_PRESENT_PTR_H

#include "reports/report_row.h"

struct present_ptr {
    bool is_truncated;     /* there are more names; how many is unknown */
    enum answer_kind kind; /* of the answer to the PTR question */
    int64_t checked_at;    /* seconds since 1970 UTC */
    uint32_t total;        /* names, with those that are not kept */
    unsigned count;        /* names kept */
    struct dnsname names[ANSWER_NAMES_MAX];
};

/* The state as octets, for the party that a fix names; returns their number. The names go to the
 * operator of the reverse zone only, who has them; any other party learns at most that the lookup
 * failed: one octet, which is 0, if the state is not shown. Of two states of an address, the later
 * one sorts first. */
enum { PRESENT_PTR_OCTETS = 16 + ANSWER_NAMES_MAX * (1 + DNSNAME_MAX) };
size_t present_ptr_put(uint8_t out[PRESENT_PTR_OCTETS], const struct report_row *row,
                       enum fixer who);
/* From octets of a state that is shown. */
void present_ptr_get(struct present_ptr *out, const uint8_t *octets);

enum { PRESENT_PART_MAX = DNSNAME_TEXT_MAX };
/* The state in parts: each name, and "and 2 more"; or "none (NXDOMAIN)", "not known (SERVFAIL)". */
unsigned present_ptr_parts(const struct present_ptr *present);
size_t present_ptr_part(char out[PRESENT_PART_MAX], const struct present_ptr *present,
                        unsigned part);
/* All parts, joined by ", ". Returns the length. */
enum { PRESENT_TEXT_MAX = (ANSWER_NAMES_MAX + 1) * (PRESENT_PART_MAX + 2) };
size_t present_ptr_print(char out[PRESENT_TEXT_MAX], const struct present_ptr *present);

#endif
