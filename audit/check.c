#include "audit/check.h"

#include <stdlib.h>

enum { SLOT_PTR = 0, SLOTS_MAX = 1 + OBSERVATION_FORWARDS_MAX };

/* Slot 0 is the PTR question; a slot behind it is the forward question of hosts[slot - 1]. */
struct check {
    struct ipaddr address;
    uint8_t asked;    /* slots handed out by check_next */
    uint8_t answered; /* slots fed */
    uint8_t hosts_known;
    uint8_t hosts_named;     /* of them PTR names, which come first */
    uint8_t hosts_confirmed; /* names that resolve to the address */
    bool expected_cut;       /* there are expected names that the check was not told */
    bool uncertain;          /* some answer is temporary: silence or an error */
    uint32_t tries;
    struct dnsname *hosts; /* NULL as long as there are none */
    struct facts_buffer facts;
    uint8_t expected_count;
    struct dnsname expected[];
};

struct check *check_new(const struct walk_unit *unit)
{
    struct check *check =
        malloc(sizeof(*check) + unit->expected_count * sizeof(check->expected[0]));
    if (!check)
        return NULL;
    check->address = unit->address;
    check->asked = check->answered = 0;
    check->hosts_known = check->hosts_named = check->hosts_confirmed = 0;
    check->expected_cut = unit->expected_cut;
    check->uncertain = false;
    check->tries = 0;
    check->hosts = NULL;
    check->facts = (struct facts_buffer){0};
    check->expected_count = (uint8_t)unit->expected_count;
    for (unsigned i = 0; i < unit->expected_count; i++)
        dnsname_copy(&check->expected[i], &unit->expected[i]);
    return check;
}

void check_free(struct check *check)
{
    if (!check)
        return;
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

bool check_next(struct check *check, struct question *out, unsigned *slot)
{
    if (check->asked >= slots(check))
        return false;
    *slot = check->asked++;
    if (*slot == SLOT_PTR) {
        ipaddr_reverse_name(&out->name, &check->address);
        out->type = RR_PTR;
    } else {
        dnsname_copy(&out->name, &check->hosts[*slot - 1]);
        out->type = forward_type(check);
    }
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

/* Every PTR name that can be a host name, then the expected names that are not among them. */
static bool plan_forwards(struct check *check, const struct answer *ptr)
{
    /* Where DNS failed nothing is known of the address, and the advice needs no forward answer
     * either. */
    if (answer_is_temporary(ptr))
        return true;
    unsigned names = ptr->kind == ANSWER_RECORDS ? ptr->kept : 0;
    if (names + check->expected_count == 0)
        return true;
    check->hosts = malloc((names + check->expected_count) * sizeof(check->hosts[0]));
    if (!check->hosts)
        return false;
    for (unsigned i = 0; i < names; i++) {
        if (dnsname_hostname_fault(&ptr->records.names[i]) == HOSTNAME_OK)
            add_host(check, &ptr->records.names[i]);
    }
    check->hosts_named = check->hosts_known;
    for (unsigned i = 0; i < check->expected_count; i++)
        add_host(check, &check->expected[i]);
    return true;
}

bool check_feed(struct check *check, unsigned slot, const struct answer *answer)
{
    check->answered++;
    check->tries += answer->tries;
    if (answer_is_temporary(answer))
        check->uncertain = true;
    if (slot == SLOT_PTR)
        return facts_put_ptr(&check->facts, answer) && plan_forwards(check, answer);
    check->hosts_confirmed += answer->kind == ANSWER_RECORDS && answer->holds;
    return facts_put_forward(&check->facts, &check->hosts[slot - 1], answer, forward_type(check));
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
           check->hosts_confirmed == check->hosts_known && !check->expected_cut;
}

struct facts_buffer check_take_facts(struct check *check)
{
    struct facts_buffer facts = check->facts;
    check->facts = (struct facts_buffer){0};
    return facts;
}
