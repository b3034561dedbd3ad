#include "audit/verdict.h"

#include "audit/answer_doubt.h"
#include "audit/answer_findings.h"
#include "audit/expectation.h"
#include "audit/extended_error.h"
#include "audit/failed_lookup.h"
#include "audit/finding_times.h"
#include "audit/generic.h"
#include "audit/ptr_name.h"
#include "audit/special.h"

enum { SERVFAIL_TTL = 300 }; /* seconds: how long a resolver may cache a failure (RFC 2308 7) */

/* The sum of the forward answers of the PTR names. */
struct forward_sum {
    unsigned valid;                   /* names whose lookup decides */
    bool mismatched;                  /* a name resolves, but not to the address */
    bool failed;                      /* the lookup of a name failed */
    uint32_t failed_ttl;              /* seconds: how long the longest-lived failure is cached */
    bool silent;                      /* the lookup of a name brought no reply */
    bool unconfirmed;                 /* a valid name is known not to resolve back */
    const struct dnsname *first_host; /* the first valid one whose owner may give it an address */
    enum generic_tier generic;        /* the highest of all valid names */
};

/* A public suffix, such as co.uk, belongs to a registry, which gives no one an address there. */
static void sum_domain(struct forward_sum *sum, const struct evidence *evidence,
                       const struct dnsname *name)
{
    unsigned labels = evidence->registrable_labels
                          ? evidence->registrable_labels(evidence->suffixes, name)
                          : dnsname_labels(name);

    if (!sum->first_host && labels > 0)
        sum->first_host = name;
    if (!evidence->registrable_labels)
        return;
    enum generic_tier tier = generic_tier_of(name, labels, &evidence->address);
    if (tier > sum->generic)
        sum->generic = tier;
}

static void note_sharers(struct judgement *out, const struct evidence *evidence, unsigned i)
{
    if (!evidence->name_sharers)
        return;
    uint64_t sharers =
        evidence->name_sharers(evidence->census, &evidence->seen->ptr.records.names[i]);
    if (sharers < SHARED_NAME_MIN)
        return;
    out->shared |= (uint16_t)(1u << i);
    out->sharers[i] = sharers;
    judgement_add_finding(out, FINDING_SHARED_NAME);
}

/* A resolver caches the CNAMEs of a broken chain for their TTL, any other failure for
 * SERVFAIL_TTL. */
static uint32_t failure_ttl(const struct answer *answer)
{
    bool chain = answer->kind == ANSWER_ALIAS_LOOP || answer->kind == ANSWER_ALIAS_LONG ||
                 answer->kind == ANSWER_ALIAS_CONFLICT;
    uint32_t longest = answer_longest_ttl(answer);
    return chain && longest > SERVFAIL_TTL ? longest : SERVFAIL_TTL;
}

static void note_failure(struct forward_sum *sum, const struct answer *forward)
{
    uint32_t ttl = failure_ttl(forward);
    sum->failed = true;
    if (ttl > sum->failed_ttl)
        sum->failed_ttl = ttl;
}

static bool is_confirmed(const struct answer *forward)
{
    return forward && forward->kind == ANSWER_RECORDS && forward->holds;
}

/* Does the lookup of the name decide? A name with an underscore is no host name, but receivers look
 * it up: it is as good as another if it is confirmed, or may be. If not, it is a wrong name. */
static bool is_valid(enum hostname_fault fault, const struct answer *forward)
{
    if (fault == HOSTNAME_UNDERSCORE)
        return forward && (is_confirmed(forward) || answer_is_temporary(forward));
    return fault == HOSTNAME_OK;
}

static void sum_name(struct judgement *out, struct forward_sum *sum,
                     const struct evidence *evidence, unsigned i)
{
    const struct observation *seen = evidence->seen;
    const struct dnsname *name = &seen->ptr.records.names[i];
    const struct answer *forward = observation_forward(seen, name);
    note_sharers(out, evidence, i);
    enum hostname_fault fault = ptr_name_fault(name, &evidence->address);
    if (fault != HOSTNAME_OK)
        judgement_add_finding(out, FINDING_INVALID_NAME);
    if (!is_valid(fault, forward))
        return;
    sum->valid++;
    sum_domain(sum, evidence, name);
    if (is_confirmed(forward)) {
        out->confirmed |= (uint16_t)(1u << i);
    } else {
        sum->unconfirmed |= forward && !answer_is_temporary(forward);
        if (!forward || forward->kind == ANSWER_SILENT)
            sum->silent = true;
        else if (answer_is_temporary(forward))
            note_failure(sum, forward);
        else if (forward->kind == ANSWER_RECORDS)
            sum->mismatched = true;
    }
    if (forward && forward->alias_count > 0 && !answer_is_temporary(forward))
        judgement_add_finding(out, FINDING_FORWARD_ALIAS);
}

/* A confirmed name outweighs the temporary error of another name; an unconfirmed name does not. If
 * PTR names are missing from a truncated reply, one of them may be good. */
static enum verdict judge_names(const struct judgement *out, const struct forward_sum *sum,
                                bool truncated)
{
    if (out->confirmed)
        return VERDICT_PASS;
    if (truncated)
        return VERDICT_DNS_ERROR;
    if (sum->valid == 0)
        return VERDICT_PTR_INVALID;
    if (sum->failed)
        return VERDICT_DNS_ERROR;
    if (sum->silent)
        return VERDICT_UNANSWERED;
    return sum->mismatched ? VERDICT_FORWARD_MISMATCH : VERDICT_NO_FORWARD;
}

/* What a PTR name says about the expectation that it meets; VERDICT_HOSTNAME_MISMATCH: nothing. */
static enum verdict judge_expected_name(const struct judgement *out,
                                        const struct evidence *evidence, unsigned i)
{
    const struct answer *forward =
        observation_forward(evidence->seen, &evidence->seen->ptr.records.names[i]);

    if ((out->confirmed >> i) & 1u)
        return VERDICT_PASS;
    if (!forward || !answer_is_temporary(forward))
        return VERDICT_HOSTNAME_MISMATCH;
    return forward->kind == ANSWER_SILENT ? VERDICT_UNANSWERED : VERDICT_DNS_ERROR;
}

/* Some name is confirmed: is it an expected one? If the lookup of an expected PTR name failed, the
 * verdict is dns-error or unanswered, even when another name is confirmed: else one lost reply
 * would make the verdict hostname-mismatch. */
static enum verdict judge_expectation(struct judgement *out, const struct evidence *evidence)
{
    const struct answer *ptr = &evidence->seen->ptr;
    enum verdict verdict = VERDICT_HOSTNAME_MISMATCH;

    for (unsigned i = 0; i < ptr->kept && verdict != VERDICT_PASS; i++) {
        if (!expectation_is_met(evidence->expected, &ptr->records.names[i]))
            continue;
        out->expected_is_ptr = true;
        enum verdict one = judge_expected_name(out, evidence, i);
        if (one == VERDICT_PASS || verdict == VERDICT_HOSTNAME_MISMATCH)
            verdict = one;
    }
    bool may_have_more =
        !out->expected_is_ptr || expectation_of(evidence->expected) == EXPECT_DOMAIN;
    if (verdict == VERDICT_HOSTNAME_MISMATCH && ptr->truncated && may_have_more)
        return VERDICT_DNS_ERROR;
    return verdict;
}

static void judge_records(struct judgement *out, const struct evidence *evidence,
                          struct forward_sum *sum)
{
    const struct answer *ptr = &evidence->seen->ptr;
    for (unsigned i = 0; i < ptr->kept; i++)
        sum_name(out, sum, evidence, i);
    if (ptr->total > 1)
        judgement_add_finding(out, FINDING_MULTIPLE_PTR);
    if (ptr->total > ptr->kept)
        judgement_add_finding(out, FINDING_PTR_NAMES_CUT);
    out->verdict = judge_names(out, sum, ptr->truncated);
    if (evidence->expected) {
        enum verdict expectation = judge_expectation(out, evidence);
        if (out->confirmed)
            out->verdict = expectation;
    }
    if (out->confirmed && sum->unconfirmed)
        judgement_add_finding(out, FINDING_UNCONFIRMED_NAME);
    if (sum->generic != GENERIC_NONE)
        judgement_add_finding(out, FINDING_GENERIC_NAME_1 + (sum->generic - GENERIC_TIER_1));
}

static void safe_not_before(struct judgement *out, const struct evidence *evidence, uint32_t ttl)
{
    int64_t at = evidence->checked_at + ttl;
    if (!out->has_safe_after || at > out->safe_after)
        out->safe_after = at;
    out->has_safe_after = true;
}

/* NULL: no party may be named for it. A fault whose party is named is above one that is open. */
static struct fix *add_fix(struct judgement *out, const struct blame_case *why)
{
    struct blame blame = blame_of(why);

    if (out->culprit == CULPRIT_NONE || (blame.party != FIXER_NONE && out->fix_count == 0))
        out->culprit = blame.culprit;
    if (blame.party == FIXER_NONE)
        return NULL;
    struct fix *fix = &out->fixes[out->fix_count++];
    fix->why = *why;
    fix->who = blame.party;
    fix->has_record = fix->has_domain = fix->has_question = false;
    fix->type = 0;
    return fix;
}

/* With classless delegation (RFC 2317 5.2), the PTR record belongs at the end of the CNAME chain.
 */
static void fix_ptr(struct judgement *out, const struct evidence *evidence)
{
    const struct answer *ptr = &evidence->seen->ptr;
    struct fix *fix =
        add_fix(out, &(struct blame_case){.fault = FAULT_PTR,
                                          .may_be_filtered =
                                              answer_is_from_empty_zone(&evidence->address, ptr),
                                          .stale = answer_is_stale(ptr)});

    if (!fix)
        return;
    safe_not_before(out, evidence, answer_longest_ttl(ptr));
    if (!evidence->expected)
        return;
    dnsname_copy(&fix->host, evidence->expected);
    fix->has_domain = expectation_of(evidence->expected) == EXPECT_DOMAIN;
    if (fix->has_domain)
        return;
    fix->has_record = true;
    fix->type = RR_PTR;
    if (ptr->alias_count > 0)
        dnsname_copy(&fix->owner, &ptr->aliases[ptr->alias_count - 1]);
    else
        ipaddr_reverse_name(&fix->owner, &evidence->address);
}

/* A PTR name of an old answer may be gone: its address is then nothing to repair, unless the name
 * is the expected one. */
static bool rests_on_old_answer(const struct evidence *evidence, const struct dnsname *host,
                                const struct answer *forward)
{
    if (forward && answer_is_stale(forward))
        return true;
    return answer_is_stale(&evidence->seen->ptr) &&
           !(evidence->expected && expectation_is_met(evidence->expected, host));
}

static void fix_forward(struct judgement *out, const struct evidence *evidence,
                        const struct dnsname *host, const struct answer *forward)
{
    struct fix *fix =
        add_fix(out, &(struct blame_case){.fault = FAULT_FORWARD,
                                          .may_be_filtered =
                                              answer_may_be_filtered(&evidence->address, forward),
                                          .stale = rests_on_old_answer(evidence, host, forward)});

    if (!fix)
        return;
    safe_not_before(out, evidence, forward ? answer_longest_ttl(forward) : 0);
    fix->has_record = true;
    fix->type = evidence->address.family == IP_V4 ? RR_A : RR_AAAA;
    /* The record replaces a CNAME at this name. Its target may be another party's host, which must
     * not get this address; and a PTR name should not be an alias anyway (RFC 2181 10.2). */
    dnsname_copy(&fix->owner, host);
    fix->address = evidence->address;
}

static void name_question(struct fix *fix, const struct failed_lookup *failed)
{
    fix->has_question = true;
    fix->type = failed->question.type;
    dnsname_copy(&fix->owner, &failed->question.name);
    fix->rcode = failed->answer->rcode;
    fix->extended_error = failed->answer->extended_error;
}

/* failed: NULL if no lookup failed: then the list of PTR names is incomplete. */
static void fix_lookup(struct judgement *out, const struct evidence *evidence,
                       const struct failed_lookup *failed, uint32_t ttl)
{
    struct blame_case why = {.fault = FAULT_LOOKUP,
                             .kind = ANSWER_TRUNCATED,
                             .resolvers_fail = evidence->resolvers_fail};

    if (failed) {
        why.kind = failed->answer->kind;
        why.not_ready = extended_error_class(failed->answer->extended_error) == EXTENDED_NOT_READY;
    }
    struct fix *fix = add_fix(out, &why);
    if (!fix)
        return;
    safe_not_before(out, evidence, ttl);
    if (failed)
        name_question(fix, failed);
}

static void fix_failing(struct judgement *out, const struct evidence *evidence, uint32_t ttl)
{
    struct failed_lookup failed;
    bool any = failed_lookup_find(&failed, &evidence->address, evidence->seen, evidence->expected);

    fix_lookup(out, evidence, any ? &failed : NULL, ttl);
}

/* A PTR record with a name that cannot be looked up would help no one. */
static void fix_expected_lookup(struct judgement *out, const struct evidence *evidence,
                                const struct answer *forward)
{
    struct failed_lookup failed;

    failed_lookup_of_host(&failed, &evidence->address, evidence->expected, forward);
    fix_lookup(out, evidence, &failed, failure_ttl(forward));
}

/* A PTR name in the expected domain lacks its address; else a PTR record with such a name is
 * missing, and only the sender can choose the name. */
static void fix_towards_domain(struct judgement *out, const struct evidence *evidence)
{
    const struct answer *ptr = &evidence->seen->ptr;
    unsigned names = ptr->kind == ANSWER_RECORDS ? ptr->kept : 0;

    for (unsigned i = 0; i < names; i++) {
        const struct dnsname *name = &ptr->records.names[i];
        const struct answer *forward = observation_forward(evidence->seen, name);

        if (forward && !answer_is_temporary(forward) &&
            ptr_name_fault(name, &evidence->address) == HOSTNAME_OK &&
            expectation_is_met(evidence->expected, name)) {
            fix_forward(out, evidence, name, forward);
            return;
        }
    }
    fix_ptr(out, evidence);
}

/* The changes on both sides, reverse and forward, that lead to the expected state. */
static void fix_towards_expected(struct judgement *out, const struct evidence *evidence)
{
    if (expectation_of(evidence->expected) == EXPECT_DOMAIN) {
        fix_towards_domain(out, evidence);
        return;
    }
    const struct answer *forward = observation_forward(evidence->seen, evidence->expected);
    out->expected_ready = is_confirmed(forward);
    if (!out->expected_is_ptr)
        fix_ptr(out, evidence);
    if (!forward || out->expected_ready)
        return;
    out->expected_fails = answer_is_temporary(forward);
    if (out->expected_fails)
        fix_expected_lookup(out, evidence, forward);
    else
        fix_forward(out, evidence, evidence->expected, forward);
}

/* Without an expected name. Of more PTR names than receivers look up, one picked at random needs no
 * address: another one may have it, and the names are too many in any case. host: NULL if no owner
 * can be asked. */
static void fix_names(struct judgement *out, const struct evidence *evidence,
                      const struct dnsname *host)
{
    const struct answer *ptr = &evidence->seen->ptr;

    if (ptr->total > ptr->kept || !host)
        fix_ptr(out, evidence);
    else
        fix_forward(out, evidence, host, observation_forward(evidence->seen, host));
}

/* Is the expectation known to be broken, whatever the lookups that failed would have shown? No PTR
 * name meets it, or the expected host name is known to lack the address. */
static bool expectation_is_broken(const struct judgement *out, const struct evidence *evidence)
{
    const struct answer *ptr = &evidence->seen->ptr;

    if (!evidence->expected || ptr->kind != ANSWER_RECORDS || ptr->truncated)
        return false;
    if (!out->expected_is_ptr)
        return true;
    const struct answer *forward = observation_forward(evidence->seen, evidence->expected);
    return forward && !answer_is_temporary(forward) && !is_confirmed(forward);
}

static void add_fixes(struct judgement *out, const struct evidence *evidence,
                      const struct forward_sum *sum)
{
    switch (out->verdict) {
    case VERDICT_NO_PTR:
    case VERDICT_PTR_INVALID:
    case VERDICT_HOSTNAME_MISMATCH:
        if (evidence->expected)
            fix_towards_expected(out, evidence);
        else
            fix_ptr(out, evidence);
        break;
    case VERDICT_NO_FORWARD:
    case VERDICT_FORWARD_MISMATCH:
        if (evidence->expected)
            fix_towards_expected(out, evidence);
        else
            fix_names(out, evidence, sum->first_host);
        break;
    case VERDICT_DNS_ERROR:
        if (expectation_is_broken(out, evidence))
            fix_towards_expected(out, evidence);
        else
            fix_failing(out, evidence,
                        sum->failed ? sum->failed_ttl : failure_ttl(&evidence->seen->ptr));
        break;
    case VERDICT_PASS:
    case VERDICT_UNANSWERED:
    case VERDICT_NOT_PUBLIC:
    case VERDICTS:
        break;
    }
}

/* A name of private networks does not help a public address, even if it is expected: the sender
 * must choose another one. */
static void add_usable_fixes(struct judgement *out, const struct evidence *evidence,
                             const struct forward_sum *sum)
{
    struct evidence nameless;

    if (!evidence->expected || ptr_name_is_public(evidence->expected, &evidence->address)) {
        add_fixes(out, evidence, sum);
        return;
    }
    nameless = *evidence;
    nameless.expected = NULL;
    add_fixes(out, &nameless, sum);
}

static void judge_seen(struct judgement *out, const struct evidence *evidence)
{
    const struct answer *ptr = &evidence->seen->ptr;
    struct forward_sum sum = {0};
    if (ptr->kind == ANSWER_RECORDS)
        judge_records(out, evidence, &sum);
    else if (ptr->kind == ANSWER_SILENT)
        out->verdict = VERDICT_UNANSWERED;
    else
        out->verdict = answer_is_temporary(ptr) ? VERDICT_DNS_ERROR : VERDICT_NO_PTR;
    if (ptr->alias_count > 0 && !answer_is_temporary(ptr))
        judgement_add_finding(out, FINDING_PTR_ALIAS);
    if (answer_is_negative(ptr) && ptr->has_soa) {
        out->has_reverse_zone = true;
        dnsname_copy(&out->reverse_zone, &ptr->soa_zone);
    }
    if (answer_is_proven_by_cut(ptr))
        judgement_add_finding(out, FINDING_PROVEN_BY_CUT);
    out->findings |= answer_findings(evidence->seen, out->confirmed);
    add_usable_fixes(out, evidence, &sum);
    finding_times(out, evidence);
}

void verdict_of(struct judgement *out, const struct evidence *evidence)
{
    judgement_clear(out);
    bool special = special_block_of(&evidence->address) != NULL;
    if (evidence->mapped)
        judgement_add_finding(out, FINDING_IPV4_MAPPED);
    if (special && evidence->skip_special) {
        out->verdict = VERDICT_NOT_PUBLIC;
    } else {
        if (special)
            judgement_add_finding(out, FINDING_SPECIAL_PURPOSE);
        if (evidence->seen) {
            judge_seen(out, evidence);
        } else {
            out->verdict = VERDICT_UNANSWERED;
            judgement_add_finding(out, FINDING_NOT_ASKED);
        }
    }
    judgement_weigh(out);
}
