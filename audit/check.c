#include "audit/check.h"

#include <stdlib.h>

#include "audit/alias_chain.h"
#include "audit/extended_error.h"

enum { SLOT_PTR = 0 };

/* The question that must be asked before the answer of a slot is final. */
struct follow_up {
    struct follow_up *next;
    unsigned slot;
    bool has_failed; /* a failed_slot, else an open_chain */
    bool asked;      /* the question was handed out */
};

/* The replies end with an alias so far: its target is asked for. */
struct open_chain {
    struct follow_up follow_up; /* first */
    struct answer answer;
};

/* The lookup failed: the aliases are asked for, one by one, that the resolver may hide. */
struct failed_slot {
    struct follow_up follow_up; /* first */
    uint16_t rcode, extended_error, tries;
    struct answer *chain; /* those found so far; NULL: none */
};

/* Slot 0 is the PTR question; a slot above it is the forward question of hosts[slot - 1]. */
struct check {
    struct ipaddr address;
    uint8_t asked;    /* slots handed out by check_next */
    uint8_t answered; /* slots whose answer is final */
    uint8_t hosts_known;
    uint8_t hosts_named;     /* PTR names among them; they come first */
    uint8_t hosts_confirmed; /* names that resolve to the address */
    bool ptr_cut;            /* the answer holds only some of the PTR names */
    bool expected_cut;       /* there are more expected names than those given */
    bool uncertain;          /* an answer is temporary (silence or an error), or was cut short */
    uint32_t tries;
    struct dnsname *hosts;        /* NULL: none yet */
    struct follow_up *follow_ups; /* in no order, one of a slot at most; mostly empty */
    struct facts_buffer facts;
    uint8_t expected_count;
    struct dnsname expected[];
};

static struct check *check_alloc(const struct walk_unit *unit)
{
    struct check *check =
        malloc(sizeof(*check) + unit->expected_count * sizeof(check->expected[0]));

    if (!check)
        return NULL;
    check->address = unit->address;
    check->asked = check->answered = 0;
    check->hosts_known = check->hosts_named = check->hosts_confirmed = 0;
    check->ptr_cut = false;
    check->expected_cut = unit->expected_cut;
    check->uncertain = false;
    check->tries = 0;
    check->hosts = NULL;
    check->follow_ups = NULL;
    check->facts = (struct facts_buffer){0};
    check->expected_count = (uint8_t)unit->expected_count;
    for (unsigned i = 0; i < unit->expected_count; i++)
        dnsname_copy(&check->expected[i], &unit->expected[i]);
    return check;
}

static void free_follow_up(struct follow_up *follow_up)
{
    if (follow_up->has_failed)
        free(((struct failed_slot *)follow_up)->chain);
    free(follow_up);
}

void check_free(struct check *check)
{
    if (!check)
        return;
    for (struct follow_up *next, *follow_up = check->follow_ups; follow_up; follow_up = next) {
        next = follow_up->next;
        free_follow_up(follow_up);
    }
    facts_free(&check->facts);
    free(check->hosts);
    free(check);
}

const struct ipaddr *check_address(const struct check *check)
{
    return &check->address;
}

static unsigned slots(const struct check *check)
{
    return 1u + check->hosts_known;
}

static uint16_t forward_type(const struct check *check)
{
    return check->address.family == IP_V4 ? RR_A : RR_AAAA;
}

static uint16_t slot_type(const struct check *check, unsigned slot)
{
    return slot == SLOT_PTR ? RR_PTR : forward_type(check);
}

/* The name that the question of a slot is about. */
static void slot_name(struct dnsname *out, const struct check *check, unsigned slot)
{
    if (slot == SLOT_PTR)
        ipaddr_reverse_name(out, &check->address);
    else
        dnsname_copy(out, &check->hosts[slot - 1]);
}

/* ---- follow-ups ---- */

static struct follow_up **find_follow_up(struct check *check, unsigned slot)
{
    struct follow_up **link = &check->follow_ups;

    while (*link && (*link)->slot != slot)
        link = &(*link)->next;
    return link;
}

static void add_follow_up(struct check *check, struct follow_up *follow_up, unsigned slot,
                          bool has_failed)
{
    *follow_up =
        (struct follow_up){.next = check->follow_ups, .slot = slot, .has_failed = has_failed};
    check->follow_ups = follow_up;
}

static void write_follow_up(struct question *out, const struct check *check,
                            const struct follow_up *follow_up)
{
    const struct answer *chain = follow_up->has_failed
                                     ? ((const struct failed_slot *)follow_up)->chain
                                     : &((const struct open_chain *)follow_up)->answer;

    if (chain)
        dnsname_copy(&out->name, &chain->aliases[chain->alias_count - 1]);
    else
        slot_name(&out->name, check, follow_up->slot);
    out->type = follow_up->has_failed ? RR_CNAME : slot_type(check, follow_up->slot);
}

/* False: no follow-up is to be asked now. */
static bool next_follow_up(struct check *check, struct question *out, unsigned *slot)
{
    struct follow_up *follow_up = check->follow_ups;

    while (follow_up && follow_up->asked)
        follow_up = follow_up->next;
    if (!follow_up)
        return false;
    follow_up->asked = true;
    *slot = follow_up->slot;
    write_follow_up(out, check, follow_up);
    return true;
}

/* ---- chains of aliases ---- */

static bool open_chain(struct check *check, unsigned slot, const struct answer *answer)
{
    struct open_chain *chain = malloc(sizeof(*chain));

    if (!chain)
        return false;
    add_follow_up(check, &chain->follow_up, slot, false);
    chain->answer = *answer;
    return true;
}

/* Joins a further answer to the chain of a slot. */
static void join_to_chain(const struct check *check, unsigned slot, struct answer *chain,
                          const struct answer *answer)
{
    struct dnsname start;

    slot_name(&start, check, slot);
    alias_chain_join(chain, &start, answer);
}

/* Each open answer adds a target, and the number of targets is bounded, so the chain ends. */
static void extend_chain(struct check *check, struct open_chain *chain, const struct answer *answer)
{
    join_to_chain(check, chain->follow_up.slot, &chain->answer, answer);
    chain->follow_up.asked = false;
}

/* ---- hidden aliases ---- */

/* A resolver that cannot look up the target of an alias answers SERVFAIL, mostly without the alias.
 */
static bool may_hide_alias(const struct answer *answer)
{
    return answer->kind == ANSWER_SERVFAIL && answer->alias_count == 0;
}

static bool look_for_alias(struct check *check, unsigned slot, const struct answer *answer)
{
    struct failed_slot *failed = malloc(sizeof(*failed));

    if (!failed)
        return false;
    add_follow_up(check, &failed->follow_up, slot, true);
    failed->rcode = answer->rcode;
    failed->extended_error = answer->extended_error;
    failed->tries = answer->tries;
    failed->chain = NULL;
    return true;
}

/* An old alias shows nothing of now. */
static bool is_alias(const struct answer *found)
{
    return found->kind == ANSWER_ALIAS_OPEN &&
           extended_error_class(found->extended_error) != EXTENDED_STALE;
}

/* Its target is asked for an alias of its own, unless the chain ends with a loop or is too long. */
static bool extend_hidden(const struct check *check, struct failed_slot *failed,
                          const struct answer *found)
{
    if (failed->chain) {
        join_to_chain(check, failed->follow_up.slot, failed->chain, found);
    } else {
        failed->chain = malloc(sizeof(*failed->chain));
        if (!failed->chain)
            return false;
        *failed->chain = *found;
    }
    failed->chain->tries = 1; /* the failed tries of these questions are not those of the lookup */
    failed->follow_up.asked = false;
    return true;
}

/* ---- questions and answers ---- */

bool check_next(struct check *check, struct question *out, unsigned *slot)
{
    if (next_follow_up(check, out, slot))
        return true;
    if (check->asked >= slots(check))
        return false;
    *slot = check->asked++;
    slot_name(&out->name, check, *slot);
    out->type = slot_type(check, *slot);
    return true;
}

static void add_host(struct check *check, const struct dnsname *host)
{
    for (unsigned i = 0; i < check->hosts_known; i++) {
        if (dnsname_equal(&check->hosts[i], host))
            return;
    }
    dnsname_copy(&check->hosts[check->hosts_known++], host);
}

/* The hosts to look up: every PTR name that receivers look up, then the expected names that are not
 * among them. */
static bool plan_forwards(struct check *check, const struct answer *ptr)
{
    /* After a failed PTR lookup neither verdict nor advice needs a forward answer. */
    if (answer_is_temporary(ptr))
        return true;
    unsigned names = ptr->kind == ANSWER_RECORDS ? ptr->kept : 0;
    if (names + check->expected_count == 0)
        return true;
    check->hosts = malloc((names + check->expected_count) * sizeof(check->hosts[0]));
    if (!check->hosts)
        return false;
    for (unsigned i = 0; i < names; i++) {
        if (dnsname_is_looked_up(&ptr->records.names[i]))
            add_host(check, &ptr->records.names[i]);
    }
    check->hosts_named = check->hosts_known;
    for (unsigned i = 0; i < check->expected_count; i++)
        add_host(check, &check->expected[i]);
    return true;
}

/* The answer of a slot is final. */
static bool settle(struct check *check, unsigned slot, const struct answer *answer)
{
    check->answered++;
    if (answer_is_temporary(answer))
        check->uncertain = true;
    if (slot == SLOT_PTR) {
        check->ptr_cut = answer->kind == ANSWER_RECORDS && answer->truncated;
        check->uncertain |= check->ptr_cut;
        return facts_put_ptr(&check->facts, answer) && plan_forwards(check, answer);
    }
    check->hosts_confirmed += answer->kind == ANSWER_RECORDS && answer->holds;
    return facts_put_forward(&check->facts, &check->hosts[slot - 1], answer, forward_type(check));
}

/* The answer of a cut, without SOA: the run file has that once for the whole cut. */
static bool take_from_cut(struct check *check)
{
    struct answer proven = {.kind = ANSWER_NXDOMAIN, .rcode = RCODE_NXDOMAIN};

    check->asked = 1;
    return settle(check, SLOT_PTR, &proven);
}

struct check *check_new(const struct walk_unit *unit)
{
    struct check *check = check_alloc(unit);

    if (check && unit->in_cut && !take_from_cut(check)) {
        check_free(check);
        return NULL;
    }
    return check;
}

/* The first answer of a slot. */
static bool feed_first(struct check *check, unsigned slot, const struct answer *answer)
{
    if (answer->kind == ANSWER_ALIAS_OPEN)
        return open_chain(check, slot, answer);
    return may_hide_alias(answer) ? look_for_alias(check, slot, answer)
                                  : settle(check, slot, answer);
}

/* The last answer for a slot. */
static bool end_follow_up(struct check *check, struct follow_up **link, const struct answer *answer)
{
    struct follow_up *follow_up = *link;

    *link = follow_up->next;
    bool good = settle(check, follow_up->slot, answer);
    free_follow_up(follow_up);
    return good;
}

static bool feed_chain(struct check *check, struct follow_up **link, const struct answer *answer)
{
    struct open_chain *chain = (struct open_chain *)*link;

    extend_chain(check, chain, answer);
    return chain->answer.kind == ANSWER_ALIAS_OPEN || end_follow_up(check, link, &chain->answer);
}

/* If no further alias is found, the failed answer is the end of those that were. */
static bool feed_failed(struct check *check, struct follow_up **link, const struct answer *answer)
{
    struct failed_slot *failed = (struct failed_slot *)*link;
    struct answer end = {.kind = ANSWER_SERVFAIL,
                         .rcode = failed->rcode,
                         .extended_error = failed->extended_error,
                         .tries = failed->tries};

    if (is_alias(answer)) {
        if (!extend_hidden(check, failed, answer))
            return false;
        if (failed->chain->kind == ANSWER_ALIAS_OPEN)
            return true;
    } else if (failed->chain) {
        join_to_chain(check, failed->follow_up.slot, failed->chain, &end);
    }
    return end_follow_up(check, link, failed->chain ? failed->chain : &end);
}

/* The answer to a follow-up. */
static bool feed_follow_up(struct check *check, struct follow_up **link,
                           const struct answer *answer)
{
    return (*link)->has_failed ? feed_failed(check, link, answer) : feed_chain(check, link, answer);
}

bool check_feed(struct check *check, unsigned slot, const struct answer *answer)
{
    struct follow_up **link = find_follow_up(check, slot);

    check->tries += answer->tries;
    return *link ? feed_follow_up(check, link, answer) : feed_first(check, slot, answer);
}

bool check_done(const struct check *check)
{
    return check->answered == slots(check);
}

unsigned check_tries(const struct check *check)
{
    return check->tries;
}

bool check_settled(const struct check *check)
{
    return !check->uncertain;
}

bool check_passes(const struct check *check)
{
    return check->hosts_named > 0 && check->hosts_known == check->hosts_named &&
           check->hosts_confirmed == check->hosts_known && !check->ptr_cut && !check->expected_cut;
}

struct facts_buffer check_take_facts(struct check *check)
{
    struct facts_buffer facts = check->facts;

    check->facts = (struct facts_buffer){0};
    return facts;
}
