/*
 * Builders for unit tests: names, addresses and answers, each in one line.
 *
 * Like message_read, answer_of leaves the arrays of an answer uninitialized, here filled with 0xa5.
 * Code that reads more entries than the counts declare fails its test.
 */
#ifndef TESTS_UNIT_SUPPORT_H
#define TESTS_UNIT_SUPPORT_H

#ifdef WITHOUT_CRITERION /* Criterion does not start under ThreadSanitizer */
#include <stdio.h>
#include <stdlib.h>
#define cr_assert(condition, ...)                                                         \
    do {                                                                                  \
        if (!(condition)) {                                                               \
            fprintf(stderr, "%s:%d: not true that %s\n", __FILE__, __LINE__, #condition); \
            exit(1);                                                                      \
        }                                                                                 \
    } while (0)
#define cr_assert_eq(a, b, ...) cr_assert((a) == (b))
#define cr_assert_lt(a, b, ...) cr_assert((a) < (b))
#define cr_assert_leq(a, b, ...) cr_assert((a) <= (b))
#define cr_assert_geq(a, b, ...) cr_assert((a) >= (b))
#define cr_assert_not_null(a, ...) cr_assert((a) != NULL)
#define cr_expect_eq(a, b, ...) cr_assert((a) == (b))
#define cr_expect_str_eq(a, b, ...) cr_assert(strcmp(a, b) == 0)
#else
#include <criterion/criterion.h>
#endif
#include <string.h>

#include "audit/observation.h"

static inline struct dnsname name_of(const char *text)
{
    struct dnsname name;

    cr_assert(dnsname_from_text(&name, text, strlen(text)), "%s", text);
    return name;
}

static inline struct ipaddr address_of(const char *text)
{
    struct ipaddr address;

    cr_assert(ipaddr_parse(&address, text, strlen(text)), "%s", text);
    return address;
}

static inline void expect_name(const struct dnsname *name, const char *text)
{
    char printed[DNSNAME_TEXT_MAX];

    dnsname_print(printed, name);
    cr_expect_str_eq(printed, text);
}

static inline void answer_of(struct answer *out, enum answer_kind kind)
{
    memset(out, 0xa5, sizeof(*out));
    out->kind = kind;
    out->extended_error = 0;
    out->rcode = kind == ANSWER_NXDOMAIN   ? RCODE_NXDOMAIN
                 : kind == ANSWER_SERVFAIL ? RCODE_SERVFAIL
                 : kind == ANSWER_REFUSED  ? RCODE_REFUSED
                                           : RCODE_NOERROR;
    out->tries = 1;
    out->ttl = 0;
    out->ttl_spread = 0;
    out->has_soa = false;
    out->alias_count = 0;
    out->total = 0;
    out->kept = 0;
    out->truncated = false;
    out->holds = false;
}

static inline void answer_add_alias(struct answer *answer, const char *target)
{
    answer->aliases[answer->alias_count++] = name_of(target);
}

/* Adds a PTR name; past ANSWER_NAMES_MAX it is only counted. */
static inline void answer_add_name(struct answer *answer, const char *text)
{
    answer->total++;
    if (answer->kept < ANSWER_NAMES_MAX)
        answer->records.names[answer->kept++] = name_of(text);
}

static inline void answer_of_name(struct answer *out, const char *text, uint32_t ttl)
{
    answer_of(out, ANSWER_RECORDS);
    out->ttl = ttl;
    answer_add_name(out, text);
}

static inline void answer_of_address(struct answer *out, const char *text, uint32_t ttl, bool holds)
{
    answer_of(out, ANSWER_RECORDS);
    out->ttl = ttl;
    out->total = out->kept = 1;
    out->records.addresses[0] = address_of(text);
    out->holds = holds;
}

/* zone NULL: an answer without SOA. */
static inline void answer_of_nothing(struct answer *out, enum answer_kind kind, const char *zone,
                                     uint32_t ttl)
{
    answer_of(out, kind);
    out->ttl = ttl;
    out->has_soa = zone != NULL;
    if (!zone)
        return;
    out->soa_zone = name_of(zone);
    out->soa_mname = name_of("ns1.provider.example");
    out->soa_rname = name_of("hostmaster.provider.example");
}

#endif
