/* Observations built by hand, the judgement of them, and what is expected of it: for the tests of
 * audit/verdict. */
#ifndef TESTS_UNIT_AUDIT_JUDGING_H
#define TESTS_UNIT_AUDIT_JUDGING_H

#include <stdio.h>

#include "audit/verdict.h"
#include "tests/unit/support.h"

enum { ASKED_AT = 1700000000 };

/* Public addresses. */
#define V4 "203.0.114.7"
#define V4_REVERSE "7.114.0.203.in-addr.arpa."
#define V6 "2a00:1450:4001::19"

/* Large: one of each for all tests, each of which runs in a process of its own. */
static struct observation seen;
static struct judgement judged;

static inline struct answer *forward_slot(const char *host)
{
    struct forward *forward = &seen.forwards[seen.forward_count++];
    forward->host = name_of(host);
    return &forward->answer;
}

static inline void forward_addresses(const char *host, const char *text, uint32_t ttl, bool holds)
{
    answer_of_address(forward_slot(host), text, ttl, holds);
}

static inline void forward_confirms(const char *host)
{
    forward_addresses(host, V4, 600, true);
}

static inline void forward_nothing(const char *host, enum answer_kind kind, uint32_t ttl)
{
    answer_of_nothing(forward_slot(host), kind, "example.com", ttl);
}

static inline void forward_fails(const char *host, enum answer_kind kind)
{
    answer_of(forward_slot(host), kind);
}

static inline void judge_with(struct evidence evidence, const char *expected)
{
    struct dnsname host;
    if (expected) {
        host = name_of(expected);
        evidence.expected = &host;
    }
    evidence.checked_at = ASKED_AT;
    memset(&judged, 0x5a, sizeof(judged));
    verdict_of(&judged, &evidence);
}

static inline void judge(const char *address, const char *expected)
{
    judge_with((struct evidence){.address = address_of(address), .seen = &seen}, expected);
}

static inline void expect_verdict(const char *key, const char *iprev)
{
    const struct verdict_row *row = verdict_row(judged.verdict);
    cr_expect_str_eq(row->key, key);
    cr_expect_str_eq(iprev_key(row->iprev), iprev);
}

/* Exactly these, joined by blanks. */
static inline void expect_findings(const char *keys)
{
    char found[512] = "";
    for (unsigned i = 0; i < 32; i++) {
        if (!((judged.findings >> i) & 1u))
            continue;
        cr_assert_lt(i, FINDINGS, "finding %u does not exist", i);
        snprintf(found + strlen(found), sizeof(found) - strlen(found), "%s%s", found[0] ? " " : "",
                 finding_row(i)->key);
    }
    cr_expect_str_eq(found, keys);
}

static inline void expect_fix(unsigned i, const char *owner, const char *record)
{
    char text[FIX_TEXT_MAX];
    cr_assert_lt(i, judged.fix_count, "fix %u is missing: %s", i, record);
    cr_expect_str_eq(fixer_row(judged.fixes[i].who)->key, owner);
    size_t length = fix_print(text, &judged.fixes[i]);
    cr_expect_str_eq(text, record);
    cr_expect_eq(length, strlen(record));
}

static inline void expect_safe_after(int64_t seconds)
{
    cr_expect(judged.has_safe_after);
    cr_expect_eq(judged.safe_after, ASKED_AT + seconds, "%lld",
                 (long long)(judged.safe_after - ASKED_AT));
}

/* What the row as a whole says. */
static inline void expect_row_safe_after(int64_t seconds)
{
    int64_t after = 0;
    cr_expect(judgement_safe_after(&after, &judged));
    cr_expect_eq(after, ASKED_AT + seconds, "%lld", (long long)(after - ASKED_AT));
}

static inline void expect_finding_after(enum finding finding, int64_t seconds)
{
    cr_expect((judged.timed_findings >> finding) & 1u, "%s has no time", finding_row(finding)->key);
    cr_expect_eq(judged.finding_after[finding], ASKED_AT + seconds, "%s %lld",
                 finding_row(finding)->key, (long long)(judged.finding_after[finding] - ASKED_AT));
}

static inline void expect_finding_without_time(enum finding finding)
{
    cr_expect(judgement_has(&judged, finding), "%s", finding_row(finding)->key);
    cr_expect_not((judged.timed_findings >> finding) & 1u, "%s has a time",
                  finding_row(finding)->key);
}

#endif
