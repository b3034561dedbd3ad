/* Every combination of what may be found is compared with the rules, written down a second time and
 * the other way round: for each culprit and party, when it is named. */
#include "audit/blame.h"

#include <criterion/criterion.h>

static struct blame_case found;

static bool is_records(void)
{
    return found.fault == FAULT_PTR || found.fault == FAULT_FORWARD;
}

static bool is_server(void)
{
    return found.fault == FAULT_SERVER_LAME || found.fault == FAULT_SERVER_SILENT ||
           found.fault == FAULT_SERVER_ADDRESS;
}

static bool is_rcode(void)
{
    return found.fault == FAULT_LOOKUP &&
           (found.kind == ANSWER_SERVFAIL || found.kind == ANSWER_REFUSED ||
            found.kind == ANSWER_OTHER_RCODE);
}

/* A reply that is no answer. */
static bool is_bad_reply(void)
{
    return is_rcode() || (found.fault == FAULT_LOOKUP && found.kind == ANSWER_UNBELIEVABLE);
}

static bool is_zone_data(void)
{
    return found.fault == FAULT_LOOKUP &&
           (found.kind == ANSWER_ALIAS_LOOP || found.kind == ANSWER_ALIAS_LONG ||
            found.kind == ANSWER_ALIAS_CONFLICT);
}

static bool is_reached(void)
{
    return found.fault == FAULT_SERVER_ADDRESS ||
           (found.servers_serve && (found.fault == FAULT_SERVER_LAME || found.family_answers));
}

static enum culprit expected_culprit(void)
{
    if (found.fault == FAULT_NONE)
        return CULPRIT_NONE;
    if (((is_records() || found.fault == FAULT_ANSWERS_DIFFER) && found.servers == SERVERS_NEWER) ||
        (is_records() && found.stale))
        return CULPRIT_CACHE;
    if (found.fault == FAULT_LOOKUP &&
        (found.kind == ANSWER_REFERRAL || found.kind == ANSWER_FILTERED ||
         (is_bad_reply() && (found.resolvers_fail || found.not_ready))))
        return CULPRIT_RESOLVER;
    if (is_records() && found.may_be_filtered)
        return CULPRIT_OPEN;
    if (is_records() || is_bad_reply() || is_zone_data())
        return CULPRIT_ZONE;
    if ((is_server() && is_reached()) ||
        (found.fault == FAULT_ANSWERS_DIFFER && found.servers == SERVERS_DIFFER))
        return CULPRIT_SERVERS;
    return CULPRIT_OPEN;
}

static enum fixer expected_party(enum culprit culprit)
{
    if (culprit == CULPRIT_SERVERS)
        return FIXER_NAME_SERVERS;
    if (culprit != CULPRIT_ZONE)
        return FIXER_NONE;
    return found.fault == FAULT_PTR       ? FIXER_REVERSE_ZONE
           : found.fault == FAULT_FORWARD ? FIXER_HOST_NAME
                                          : FIXER_FAILING_ZONE;
}

static void check(unsigned seen[CULPRITS][FIXERS])
{
    struct blame blame = blame_of(&found);
    enum culprit culprit = expected_culprit();

    cr_expect_eq(blame.culprit, culprit, "fault %d, kind %d, servers %d: %s", found.fault,
                 found.kind, found.servers, culprit_text(blame.culprit));
    cr_expect_eq(blame.party, expected_party(culprit));
    seen[blame.culprit][blame.party]++;
}

Test(blame, every_combination)
{
    static unsigned seen[CULPRITS][FIXERS];
    unsigned pairs = 0;

    for (found.fault = FAULT_NONE; found.fault < FAULTS; found.fault++)
        for (found.kind = ANSWER_RECORDS; found.kind < ANSWER_KINDS; found.kind++)
            for (found.servers = SERVERS_UNKNOWN; found.servers < SERVERS_AGREES; found.servers++)
                for (unsigned bits = 0; bits < 64; bits++) {
                    found.resolvers_fail = bits & 1;
                    found.servers_serve = bits & 2;
                    found.family_answers = bits & 4;
                    found.may_be_filtered = bits & 8;
                    found.not_ready = bits & 16;
                    found.stale = bits & 32;
                    check(seen);
                }
    for (unsigned culprit = 0; culprit < CULPRITS; culprit++)
        for (unsigned party = 0; party < FIXERS; party++)
            pairs += seen[culprit][party] > 0;
    cr_expect_eq(pairs, 8, "each culprit occurs, a zone with three parties");
}

/* Where it is open whose fault it is, no party gets a ticket. */
Test(blame, only_zones_and_servers_have_parties)
{
    for (found.kind = ANSWER_SILENT; found.kind < ANSWER_KINDS; found.kind++) {
        found.fault = FAULT_LOOKUP;
        cr_expect_eq(blame_of(&found).party, FIXER_NONE, "%d", found.kind);
    }
}

Test(blame, a_kind_that_may_be_a_zones_fault_is_one_if_the_resolver_answers)
{
    found = (struct blame_case){.fault = FAULT_LOOKUP};
    for (found.kind = ANSWER_RECORDS; found.kind < ANSWER_KINDS; found.kind++)
        cr_expect_eq(blame_may_be_zone(found.kind), blame_of(&found).culprit == CULPRIT_ZONE);
}

/* Nothing is wrong with a zone whose file was not given. */
Test(blame, a_name_in_no_zone_file_is_nobodys_fault)
{
    found = (struct blame_case){.fault = FAULT_LOOKUP, .kind = ANSWER_NO_ZONE};
    cr_expect_eq(blame_of(&found).culprit, CULPRIT_OPEN);
    cr_expect_eq(blame_of(&found).party, FIXER_NONE);
}
