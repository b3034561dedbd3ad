/* Rows for the tests of the writers: facts made by hand, judged by the real judge. */
#ifndef TESTS_UNIT_REPORTS_MADE_ROW_H
#define TESTS_UNIT_REPORTS_MADE_ROW_H

#include <stdlib.h>
#include <string.h>

#include "reports/report_set.h"

enum { MADE_AT = 1795437529 /* 2026-11-23T12:38:49Z */ };

struct made_row {
    struct dnsname expected;
    struct observation seen;
    struct run_found found;
    struct judgement judgement;
    struct evidence evidence;
    struct policy *policy; /* NULL: everything counts */
    struct report_row row;
};

static inline struct dnsname made_name(const char *text)
{
    struct dnsname name;

    if (!dnsname_from_text(&name, text, strlen(text)))
        abort();
    return name;
}

static inline struct ipaddr made_address(const char *text)
{
    struct ipaddr address;

    if (!ipaddr_parse(&address, text, strlen(text)))
        abort();
    return address;
}

/* An address without a PTR record: NXDOMAIN, without SOA. */
static inline void made_begin(struct made_row *made, const char *address, const char *expected)
{
    made->evidence = (struct evidence){
        .address = made_address(address), .seen = &made->seen, .checked_at = MADE_AT};
    if (expected) {
        made->expected = made_name(expected);
        made->evidence.expected = &made->expected;
    }
    made->seen.forward_count = 0;
    made->seen.ptr.kind = ANSWER_NXDOMAIN;
    made->seen.ptr.tries = 1;
    made->seen.ptr.ttl = 0;
    made->seen.ptr.ttl_spread = 0;
    made->seen.ptr.has_soa = false;
    made->seen.ptr.alias_count = 0;
    made->seen.ptr.total = 0;
    made->seen.ptr.kept = 0;
    made->found = (struct run_found){.address = made->evidence.address,
                                     .checked_at = MADE_AT,
                                     .elapsed_ms = 12,
                                     .tries = 2,
                                     .settled = true};
}

static inline void made_soa(struct answer *answer, const char *zone, const char *mname,
                            const char *rname)
{
    answer->has_soa = true;
    answer->soa_zone = made_name(zone);
    answer->soa_mname = made_name(mname);
    answer->soa_rname = made_name(rname);
    answer->ttl = 3600;
}

static inline void made_ptr(struct made_row *made, const char *name)
{
    struct answer *ptr = &made->seen.ptr;

    ptr->kind = ANSWER_RECORDS;
    ptr->ttl = 3600;
    ptr->total++;
    if (ptr->kept < ANSWER_NAMES_MAX)
        ptr->records.names[ptr->kept++] = made_name(name);
}

static inline struct answer *made_forward(struct made_row *made, const char *host,
                                          enum answer_kind kind)
{
    struct forward *forward = &made->seen.forwards[made->seen.forward_count++];

    memset(&forward->answer, 0, offsetof(struct answer, aliases));
    forward->host = made_name(host);
    forward->answer.kind = kind;
    forward->answer.tries = 1;
    forward->answer.ttl = 300;
    forward->answer.total = 0;
    forward->answer.kept = 0;
    forward->answer.holds = false;
    return &forward->answer;
}

static inline void made_has(struct made_row *made, struct answer *forward, const char *address)
{
    forward->kind = ANSWER_RECORDS;
    forward->total++;
    if (forward->kept < ANSWER_ADDRESSES_MAX)
        forward->records.addresses[forward->kept++] = made_address(address);
    forward->holds |=
        ipaddr_equal(&made->evidence.address, &forward->records.addresses[forward->kept - 1]);
}

/* A PTR and an address record that confirm each other. */
static inline void made_confirmed(struct made_row *made, const char *host)
{
    char address[IPADDR_TEXT_MAX];

    ipaddr_print(address, &made->evidence.address);
    made_ptr(made, host);
    made_has(made, made_forward(made, host, ANSWER_RECORDS), address);
}

static inline const struct report_row *made_row(struct made_row *made, uint64_t line)
{
    bool asked = made->evidence.seen != NULL;

    verdict_of(&made->judgement, &made->evidence);
    if (made->policy)
        policy_apply(made->policy, &made->evidence.address, &made->judgement);
    made->row = (struct report_row){
        .source = "fleet.csv",
        .line = line,
        .address = made->evidence.address,
        .expected = made->evidence.expected,
        .found = asked ? &made->found : NULL,
        .seen = made->evidence.seen,
        .judgement = &made->judgement,
    };
    return &made->row;
}

/* A sealed policy with one exception; today is the day of MADE_AT. Free its exceptions. */
static inline struct policy made_policy(const char *address, const char *key, const char *reason,
                                        const char *last_day)
{
    struct exception_cell cells[] = {{address, strlen(address)},
                                     {key, strlen(key)},
                                     {reason, strlen(reason)},
                                     {last_day, strlen(last_day)}};
    struct policy policy = {.exceptions = exceptions_new()};
    struct exception exception;
    struct target_reason why;

    if (!policy.exceptions || !exception_parse(&exception, cells, EXCEPTION_CELLS, &why) ||
        !exceptions_add(policy.exceptions, &exception))
        abort();
    exceptions_seal(policy.exceptions, "2026-11-23");
    return policy;
}

#endif
