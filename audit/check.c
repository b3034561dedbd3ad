#include "audit/check.h"

#include <stdlib.h>

enum { SLOT_PTR = 0, SLOTS_MAX = 1 + OBSERVATION_FORWARDS_MAX };

/* A name whose address is asked. */
struct host {
    struct dnsname name;
    uint32_t length; /* of its forward answer within the facts; 0 as long as there is none */
};

/* Slot 0 is the PTR question; a slot behind it is the forward question of hosts[slot - 1]. */
struct check {
    struct ipaddr address;
    uint8_t asked;    /* slots handed out by check_next */
    uint8_t answered; /* slots fed */
    uint8_t hosts_known;
    bool silent; /* nothing came back for some question */
    uint32_t tries;
    struct host *hosts; /* NULL as long as there are none */
    struct facts_buffer facts;
    uint32_t forwards_at; /* where the forward answers begin in them */
    uint8_t expected_count;
    struct dnsname expected[];
};

struct check *check_new(const struct walk_unit *unit)
{
    struct check *check = malloc(sizeof(*check) + unit->expected_count * sizeof(check->expected[0]));
    if (!check)
        return NULL;
    check->address = unit->address;
    check->asked = check->answered = 0;
    check->hosts_known = 0;
    check->silent = false;
    check->tries = 0;
    check->hosts = NULL;
    check->facts = (struct facts_buffer){0};
    check->forwards_at = 0;
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
        dnsname_copy(&out->name, &check->hosts[*slot - 1].name);
        out->type = forward_type(check);
    }
    return true;
}

static void add_host(struct check *check, const struct dnsname *host)
{
    for (unsigned i = 0; i < check->hosts_known; i++) {
        if (dnsname_equal(&check->hosts[i].name, host))
            return;
    }
    struct host *added = &check->hosts[check->hosts_known++];
    dnsname_copy(&added->name, host);
    added->length = 0;
}

/* Every PTR name that can be a host name, then the expected names that are not among them. */
static bool plan_forwards(struct check *check, const struct answer *ptr)
{
    /* Where DNS failed nothing is known of the address, and the advice needs no forward answer either. */
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
    for (unsigned i = 0; i < check->expected_count; i++)
        add_host(check, &check->expected[i]);
    return true;
}

static void reverse(uint8_t *first, uint8_t *end)
{
    while (first < end) {
        uint8_t octet = *first;
        *first++ = *--end;
        *end = octet;
    }
}

/* Answers come in any order; the facts must not tell which, or two runs that found the same would differ. The
 * last answer in the facts, which begins at `from`, moves before those of later hosts. */
static void put_in_order(struct check *check, unsigned host, uint32_t from)
{
    uint32_t place = check->forwards_at;
    for (unsigned i = 0; i < host; i++)
        place += check->hosts[i].length;
    if (place == from)
        return;
    uint8_t *bytes = check->facts.bytes;
    uint8_t *end = bytes + check->facts.length;
    reverse(bytes + place, bytes + from);
    reverse(bytes + from, end);
    reverse(bytes + place, end);
}

static bool feed_ptr(struct check *check, const struct answer *answer)
{
    if (!facts_put_ptr(&check->facts, answer))
        return false;
    check->forwards_at = check->facts.length;
    return plan_forwards(check, answer);
}

static bool feed_forward(struct check *check, unsigned host, const struct answer *answer)
{
    uint32_t from = check->facts.length;
    if (!facts_put_forward(&check->facts, &check->hosts[host].name, answer, forward_type(check)))
        return false;
    check->hosts[host].length = check->facts.length - from;
    put_in_order(check, host, from);
    return true;
}

bool check_feed(struct check *check, unsigned slot, const struct answer *answer)
{
    check->answered++;
    check->tries += answer->tries;
    if (answer->kind == ANSWER_SILENT)
        check->silent = true;
    return slot == SLOT_PTR ? feed_ptr(check, answer) : feed_forward(check, slot - 1, answer);
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
    return !check->silent;
}

struct facts_buffer check_take_facts(struct check *check)
{
    struct facts_buffer facts = check->facts;
    check->facts = (struct facts_buffer){0};
    return facts;
}
