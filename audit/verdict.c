#include "audit/verdict.h"

#include <stdio.h>
#include <string.h>

#include "audit/answer_findings.h"
#include "audit/finding_times.h"
#include "audit/generic.h"
#include "audit/special.h"

static const struct verdict_row VERDICT_ROWS[VERDICTS] = {
    [VERDICT_PASS] = {"pass", IPREV_PASS, SEVERITY_NONE, FIXER_NONE,
                      "A PTR name resolves back to the address.", "RFC 8601 2.7.3"},
    [VERDICT_HOSTNAME_MISMATCH] =
        {"hostname-mismatch", IPREV_PASS, SEVERITY_FAIL, FIXER_REVERSE_ZONE,
         "A PTR name resolves back to the address, but it is not the expected host name.",
         "RFC 8601 2.7.3"},
    [VERDICT_NO_PTR] = {"no-ptr", IPREV_PERMERROR, SEVERITY_FAIL, FIXER_REVERSE_ZONE,
                        "The address has no PTR record.", "RFC 8601 2.7.3, RFC 1912 2.1"},
    [VERDICT_PTR_INVALID] = {"ptr-invalid", IPREV_FAIL, SEVERITY_FAIL, FIXER_REVERSE_ZONE,
                             "No PTR name of the address can be a host name.",
                             "RFC 952, RFC 1123 2.1"},
    [VERDICT_NO_FORWARD] = {"no-forward", IPREV_FAIL, SEVERITY_FAIL, FIXER_HOST_NAME,
                            "No PTR name has an address record of the family of the address.",
                            "RFC 8601 2.7.3"},
    [VERDICT_FORWARD_MISMATCH] = {"forward-mismatch", IPREV_FAIL, SEVERITY_FAIL, FIXER_HOST_NAME,
                                  "The PTR names resolve, but to other addresses.",
                                  "RFC 8601 2.7.3"},
    [VERDICT_DNS_ERROR] = {"dns-error", IPREV_TEMPERROR, SEVERITY_FAIL, FIXER_FAILING_ZONE,
                           "The DNS answered with an error, so nothing is known about the address.",
                           "RFC 8601 2.7.3, RFC 2308 7"},
    [VERDICT_UNANSWERED] = {"unanswered", IPREV_TEMPERROR, SEVERITY_WARN, FIXER_NONE,
                            "Nothing came back in any try: ask again before you judge.",
                            "RFC 8601 2.7.3"},
    [VERDICT_NOT_PUBLIC] =
        {"not-public", IPREV_NONE, SEVERITY_INFO, FIXER_NONE,
         "A special-purpose address, which no receiver on the Internet sees; it was not asked for.",
         "RFC 6890"},
};

static const struct finding_row FINDING_ROWS[FINDINGS] = {
    [FINDING_MULTIPLE_PTR] =
        {"multiple-ptr", SEVERITY_WARN, CHANGE_PTR,
         "The address has several PTR names; receivers that look at one see a random one.",
         "RFC 1912 2.1, RFC 7208 4.6.4"},
    [FINDING_UNCONFIRMED_NAME] =
        {"unconfirmed-name", SEVERITY_WARN, CHANGE_EITHER,
         "Beside the confirmed name there is a PTR name that does not resolve back.",
         "RFC 8601 2.7.3"},
    [FINDING_PTR_NAMES_CUT] = {"ptr-names-cut", SEVERITY_WARN, CHANGE_PTR,
                               "The address has more than ten PTR names; only the first ten were "
                               "looked up, and nothing is known "
                               "of the others, which may hold a good name or the expected one.",
                               "RFC 7208 4.6.4"},
    [FINDING_PTR_ALIAS] = {"ptr-alias", SEVERITY_INFO, CHANGE_NOTHING,
                           "The reverse name is an alias (CNAME), as in classless delegation.",
                           "RFC 2317"},
    [FINDING_FORWARD_ALIAS] =
        {"forward-alias", SEVERITY_WARN, CHANGE_EITHER,
         "A PTR name is an alias (CNAME); it should be the canonical host name.",
         "RFC 2181 10.2, RFC 1912 2.1"},
    [FINDING_INVALID_NAME] = {"invalid-name", SEVERITY_WARN, CHANGE_PTR,
                              "A PTR name cannot be a host name.", "RFC 952, RFC 1123 2.1"},
    [FINDING_GENERIC_NAME_1] =
        {"generic-name-1", SEVERITY_INFO, CHANGE_PTR,
         "A PTR name looks like that of a rented machine; some receivers trust it less.",
         "M3AAWG Sender BCP 5, rspamd HFILTER_HOSTNAME"},
    [FINDING_GENERIC_NAME_2] =
        {"generic-name-2", SEVERITY_WARN, CHANGE_PTR,
         "A PTR name looks like that of an access network; many receivers trust it less.",
         "M3AAWG Sender BCP 5, rspamd HFILTER_HOSTNAME"},
    [FINDING_GENERIC_NAME_3] =
        {"generic-name-3", SEVERITY_WARN, CHANGE_PTR,
         "The address itself is in a PTR name, as if nobody had chosen the name.",
         "M3AAWG Sender BCP 5, SpamAssassin RDNS_DYNAMIC"},
    [FINDING_SHARED_NAME] =
        {"shared-name", SEVERITY_INFO, CHANGE_PTR,
         "A PTR name stands at five or more of the audited addresses, so it does not "
         "tell them apart.",
         "RFC 1912 2.1"},
    [FINDING_SPECIAL_PURPOSE] = {"special-purpose", SEVERITY_INFO, CHANGE_NOTHING,
                                 "A special-purpose address, audited because it was asked for.",
                                 "RFC 6890"},
    [FINDING_SHORT_TTL] =
        {"short-ttl", SEVERITY_INFO, CHANGE_TTL,
         "The PTR answer, or an address answer that confirms it, has a TTL of 60 seconds or less; "
         "where a "
         "resolver gave it from its cache, this may be what was left of a longer one.",
         "RFC 2181 8, RFC 1912 2.2"},
    [FINDING_NO_SOA] =
        {"no-soa", SEVERITY_WARN, CHANGE_ZONE,
         "An answer that there is nothing came without SOA: no resolver may keep it, and "
         "something is wrong with the zone.",
         "RFC 2308 5"},
    [FINDING_FLAKY] = {"flaky", SEVERITY_INFO, CHANGE_NOTHING,
                       "An answer came only after tries that failed.", "RFC 1035 7.2"},
    [FINDING_IPV4_MAPPED] =
        {"ipv4-mapped", SEVERITY_INFO, CHANGE_NOTHING,
         "Written as an IPv4-mapped IPv6 address; the IPv4 address in it was audited.",
         "RFC 4291 2.5.5.2"},
    [FINDING_NOT_ASKED] = {"not-asked", SEVERITY_WARN, CHANGE_NOTHING,
                           "The run ended before this address was asked for.", "RFC 8601 2.7.3"},
    [FINDING_INCONSISTENT] =
        {"inconsistent", SEVERITY_WARN, CHANGE_SERVERS,
         "Resolvers or name servers that were asked say different things about the address.",
         "RFC 1034 4.3.5, RFC 2308 5"},
};

static const struct fixer_row FIXER_ROWS[FIXERS] = {
    [FIXER_NONE] = {"", "Nobody yet"},
    [FIXER_REVERSE_ZONE] = {"reverse-zone-operator", "Operator of the reverse zone"},
    [FIXER_HOST_NAME] = {"host-name-owner", "Owner of the host name"},
    [FIXER_FAILING_ZONE] = {"failing-zone-operator", "Operator of the failing zone"},
    [FIXER_NAME_SERVERS] = {"name-server-operator", "Operator of the name servers"},
};

enum { SERVFAIL_TTL = 300 }; /* how long a resolver may remember a failure (RFC 2308 7) */

const struct verdict_row *verdict_row(enum verdict verdict)
{
    return &VERDICT_ROWS[verdict];
}

const struct finding_row *finding_row(enum finding finding)
{
    return &FINDING_ROWS[finding];
}

const struct fixer_row *fixer_row(enum fixer fixer)
{
    return &FIXER_ROWS[fixer];
}

const char *iprev_key(enum iprev iprev)
{
    static const char *const KEYS[] = {"", "pass", "fail", "permerror", "temperror"};
    return KEYS[iprev];
}

const char *severity_key(enum severity severity)
{
    static const char *const KEYS[] = {"none", "info", "warn", "fail"};
    return KEYS[severity];
}

const char *change_text(enum change change)
{
    static const char *const TEXTS[CHANGES] = {
        [CHANGE_NOTHING] = "nothing",
        [CHANGE_PTR] = "the PTR record",
        [CHANGE_EITHER] = "the PTR record, or the records at its name",
        [CHANGE_TTL] = "the record with the short TTL",
        [CHANGE_ZONE] = "the zone that answers without SOA",
        [CHANGE_SERVERS] = "whatever says another thing than the rest",
    };
    return TEXTS[change];
}

static void add_finding(struct judgement *out, enum finding finding)
{
    out->findings |= UINT32_C(1) << finding;
}

/* What the forward answers of the PTR names add up to. */
struct forward_sum {
    unsigned valid;      /* names that can be host names */
    bool mismatched;     /* one resolves, but not to the address */
    bool failed;         /* DNS failed on one */
    uint32_t failed_ttl; /* the longest such failure is remembered */
    bool silent;         /* nothing came back for one */
    bool unconfirmed;    /* a valid name is known not to lead back */
    const struct dnsname *first_valid;
    enum generic_tier generic; /* the highest of all valid names */
};

static void sum_generic(struct forward_sum *sum, const struct evidence *evidence,
                        const struct dnsname *name)
{
    if (!evidence->registrable_labels)
        return;
    unsigned labels = evidence->registrable_labels(evidence->suffixes, name);
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
    add_finding(out, FINDING_SHARED_NAME);
}

/* A resolver keeps the CNAMEs of a chain that cannot be followed; any other failure only for a
 * while. */
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

static void sum_name(struct judgement *out, struct forward_sum *sum,
                     const struct evidence *evidence, unsigned i)
{
    const struct observation *seen = evidence->seen;
    const struct dnsname *name = &seen->ptr.records.names[i];
    note_sharers(out, evidence, i);
    if (dnsname_hostname_fault(name) != HOSTNAME_OK) {
        add_finding(out, FINDING_INVALID_NAME);
        return;
    }
    sum->valid++;
    if (!sum->first_valid)
        sum->first_valid = name;
    sum_generic(sum, evidence, name);
    const struct answer *forward = observation_forward(seen, name);
    if (forward && forward->kind == ANSWER_RECORDS && forward->holds) {
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
        add_finding(out, FINDING_FORWARD_ALIAS);
}

/* A temporary error of one name is outweighed by a confirmed name, never by a name that is not
 * confirmed. */
static enum verdict judge_names(const struct judgement *out, const struct forward_sum *sum)
{
    if (out->confirmed)
        return VERDICT_PASS;
    if (sum->valid == 0)
        return VERDICT_PTR_INVALID;
    if (sum->failed)
        return VERDICT_DNS_ERROR;
    if (sum->silent)
        return VERDICT_UNANSWERED;
    return sum->mismatched ? VERDICT_FORWARD_MISMATCH : VERDICT_NO_FORWARD;
}

/* Some name is confirmed: is it the expected one? An expected PTR name of which nothing is known,
 * since DNS failed, is not outweighed by another: that would call a fleet broken for a lost answer.
 */
static enum verdict judge_expectation(struct judgement *out, const struct evidence *evidence)
{
    const struct answer *ptr = &evidence->seen->ptr;
    const struct answer *forward = observation_forward(evidence->seen, evidence->expected);
    unsigned i = 0;

    while (i < ptr->kept && !dnsname_equal(&ptr->records.names[i], evidence->expected))
        i++;
    out->expected_is_ptr = i < ptr->kept;
    if (out->expected_is_ptr && (out->confirmed >> i) & 1u)
        return VERDICT_PASS;
    if (out->expected_is_ptr && forward && answer_is_temporary(forward))
        return forward->kind == ANSWER_SILENT ? VERDICT_UNANSWERED : VERDICT_DNS_ERROR;
    return VERDICT_HOSTNAME_MISMATCH;
}

static void judge_records(struct judgement *out, const struct evidence *evidence,
                          struct forward_sum *sum)
{
    const struct answer *ptr = &evidence->seen->ptr;
    for (unsigned i = 0; i < ptr->kept; i++)
        sum_name(out, sum, evidence, i);
    if (ptr->total > 1)
        add_finding(out, FINDING_MULTIPLE_PTR);
    if (ptr->total > ptr->kept)
        add_finding(out, FINDING_PTR_NAMES_CUT);
    out->verdict = judge_names(out, sum);
    if (evidence->expected) {
        enum verdict expectation = judge_expectation(out, evidence);
        if (out->confirmed)
            out->verdict = expectation;
    }
    if (out->confirmed && sum->unconfirmed)
        add_finding(out, FINDING_UNCONFIRMED_NAME);
    if (sum->generic != GENERIC_NONE)
        add_finding(out, FINDING_GENERIC_NAME_1 + (sum->generic - GENERIC_TIER_1));
}

static void safe_not_before(struct judgement *out, const struct evidence *evidence, uint32_t ttl)
{
    int64_t at = evidence->checked_at + ttl;
    if (!out->has_safe_after || at > out->safe_after)
        out->safe_after = at;
    out->has_safe_after = true;
}

static struct fix *add_fix(struct judgement *out, enum fixer who)
{
    struct fix *fix = &out->fixes[out->fix_count++];
    fix->who = who;
    fix->has_record = false;
    fix->type = 0;
    return fix;
}

/* The PTR record belongs where the reverse name leads: at the target of classless delegation (RFC
 * 2317 5.2).
 */
static void fix_ptr(struct judgement *out, const struct evidence *evidence)
{
    const struct answer *ptr = &evidence->seen->ptr;
    struct fix *fix = add_fix(out, FIXER_REVERSE_ZONE);
    safe_not_before(out, evidence, answer_longest_ttl(ptr));
    if (!evidence->expected)
        return;
    fix->has_record = true;
    fix->type = RR_PTR;
    if (ptr->alias_count > 0)
        dnsname_copy(&fix->owner, &ptr->aliases[ptr->alias_count - 1]);
    else
        ipaddr_reverse_name(&fix->owner, &evidence->address);
    dnsname_copy(&fix->host, evidence->expected);
}

static void fix_forward(struct judgement *out, const struct evidence *evidence,
                        const struct dnsname *host, const struct answer *forward)
{
    struct fix *fix = add_fix(out, FIXER_HOST_NAME);
    safe_not_before(out, evidence, forward ? answer_longest_ttl(forward) : 0);
    fix->has_record = true;
    fix->type = evidence->address.family == IP_V4 ? RR_A : RR_AAAA;
    /* In the place of a CNAME, if there is one: its target may be of others, who would give their
     * host the address of a stranger, and a PTR name should not be an alias in any case (RFC
     * 2181 10.2). */
    dnsname_copy(&fix->owner, host);
    fix->address = evidence->address;
}

static void fix_failing(struct judgement *out, const struct evidence *evidence, uint32_t ttl)
{
    add_fix(out, FIXER_FAILING_ZONE);
    safe_not_before(out, evidence, ttl);
}

/* What it takes to reach the expected state, both sides of it. */
static void fix_towards_expected(struct judgement *out, const struct evidence *evidence)
{
    const struct answer *forward = observation_forward(evidence->seen, evidence->expected);
    bool known = forward && !answer_is_temporary(forward);
    out->expected_ready = forward && forward->kind == ANSWER_RECORDS && forward->holds;
    if (!out->expected_is_ptr)
        fix_ptr(out, evidence);
    if (known && !out->expected_ready)
        fix_forward(out, evidence, evidence->expected, forward);
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
            fix_forward(out, evidence, sum->first_valid,
                        observation_forward(evidence->seen, sum->first_valid));
        break;
    case VERDICT_DNS_ERROR:
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
        add_finding(out, FINDING_PTR_ALIAS);
    if (answer_is_negative(ptr) && ptr->has_soa) {
        out->has_reverse_zone = true;
        dnsname_copy(&out->reverse_zone, &ptr->soa_zone);
    }
    out->findings |= answer_findings(evidence->seen, out->confirmed);
    add_fixes(out, evidence, &sum);
    finding_times(out, evidence);
}

bool judgement_safe_after(int64_t *out, const struct judgement *judgement)
{
    const uint32_t inconsistent = UINT32_C(1) << FINDING_INCONSISTENT;
    uint32_t timed = judgement->findings & judgement->timed_findings;
    bool known = judgement->has_safe_after;

    if (known)
        *out = judgement->safe_after;
    if (known || timed & inconsistent)
        timed &= inconsistent;
    for (; timed != 0; timed &= timed - 1) {
        int64_t after = judgement->finding_after[__builtin_ctz(timed)];
        if (!known || after > *out)
            *out = after;
        known = true;
    }
    return known;
}

void judgement_weigh(struct judgement *judgement)
{
    bool verdict_counts = !judgement->verdict_exception;
    judgement->worst = verdict_counts ? VERDICT_ROWS[judgement->verdict].severity : SEVERITY_NONE;
    for (uint32_t left = judgement->findings & ~judgement->excepted_findings; left != 0;
         left &= left - 1) {
        enum severity severity = FINDING_ROWS[__builtin_ctz(left)].severity;
        if (severity > judgement->worst)
            judgement->worst = severity;
    }
}

/* Everything but the names in it, which are large and only read where a flag says so. */
static void judgement_clear(struct judgement *out)
{
    out->findings = 0;
    out->confirmed = 0;
    out->shared = 0;
    out->expected_is_ptr = false;
    out->expected_ready = false;
    out->fix_count = 0;
    out->has_reverse_zone = false;
    out->has_safe_after = false;
    out->timed_findings = 0;
    out->verdict_exception = NULL;
    out->excepted_findings = 0;
}

void verdict_of(struct judgement *out, const struct evidence *evidence)
{
    judgement_clear(out);
    bool special = special_block_of(&evidence->address) != NULL;
    if (evidence->mapped)
        add_finding(out, FINDING_IPV4_MAPPED);
    if (special && evidence->skip_special) {
        out->verdict = VERDICT_NOT_PUBLIC;
    } else {
        if (special)
            add_finding(out, FINDING_SPECIAL_PURPOSE);
        if (evidence->seen) {
            judge_seen(out, evidence);
        } else {
            out->verdict = VERDICT_UNANSWERED;
            add_finding(out, FINDING_NOT_ASKED);
        }
    }
    judgement_weigh(out);
}

static const char *type_text(uint16_t type)
{
    return type == RR_PTR ? "PTR" : type == RR_A ? "A" : "AAAA";
}

size_t fix_print(char out[FIX_TEXT_MAX], const struct fix *fix)
{
    out[0] = '\0';
    if (!fix->has_record)
        return 0;
    char value[DNSNAME_TEXT_MAX];
    if (fix->type == RR_PTR)
        dnsname_print_absolute(value, &fix->host);
    else
        ipaddr_print(value, &fix->address);
    size_t length = dnsname_print_absolute(out, &fix->owner);
    return length + (size_t)snprintf(out + length, FIX_TEXT_MAX - length, " %d IN %s %s", FIX_TTL,
                                     type_text(fix->type), value);
}
