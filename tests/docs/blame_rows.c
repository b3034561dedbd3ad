/* Prints the table of docs/parties.md: what blame_of decides for each row of it. */
#include <stdio.h>

#include "audit/blame.h"

static const struct row {
    const char *found;
    const char *and_found;
    struct blame_case example;
} ROWS[] = {
    {"a PTR record is missing or wrong", "", {.fault = FAULT_PTR}},
    {"a PTR record is missing or wrong",
     "all name servers of the zone agree on another answer than the run found",
     {.fault = FAULT_PTR, .servers = SERVERS_NEWER}},
    {"the address record of a host name is missing or wrong", "", {.fault = FAULT_FORWARD}},
    {"the address record of a host name is missing or wrong",
     "all name servers of the zone agree on another answer than the run found",
     {.fault = FAULT_FORWARD, .servers = SERVERS_NEWER}},
    {"the address record of a host name is missing or wrong",
     "the address is one inside networks (RFC 1918, unique-local and the like), and the answer has "
     "no SOA; or the answer is 0.0.0.0 or `::`: the resolver may have changed it",
     {.fault = FAULT_FORWARD, .may_be_filtered = true}},
    {"a PTR record of a special-purpose address is missing",
     "in an empty zone of the resolver (RFC 6303) or of AS112 (RFC 7534)",
     {.fault = FAULT_PTR, .may_be_filtered = true}},
    {"a record is missing or wrong",
     "in an answer with EDE 3 or 19 (RFC 8914): the resolver could not renew it after its TTL",
     {.fault = FAULT_PTR, .stale = true}},
    {"SERVFAIL, REFUSED or another error, or replies none of which can be believed",
     "the resolvers answer other questions",
     {.fault = FAULT_LOOKUP, .kind = ANSWER_SERVFAIL}},
    {"SERVFAIL, REFUSED or another error, or replies none of which can be believed",
     "no question of the run was answered with anything but an error",
     {.fault = FAULT_LOOKUP, .kind = ANSWER_SERVFAIL, .resolvers_fail = true}},
    {"a CNAME loop, a chain of more than 16 CNAMEs, two CNAMEs at one name",
     "",
     {.fault = FAULT_LOOKUP, .kind = ANSWER_ALIAS_LOOP}},
    {"a name that no zone file contains (`--zone`): the report lists the files to add",
     "",
     {.fault = FAULT_LOOKUP, .kind = ANSWER_NO_ZONE}},
    {"a referral, or an empty reply of a resolver that does not recurse",
     "",
     {.fault = FAULT_LOOKUP, .kind = ANSWER_REFERRAL}},
    {"an answer of any RCODE with EDE 4, 15, 16, 17 or 18 (RFC 8914), or with the SOA of a "
     "response policy zone (RPZ) in the additional section: the resolver filters",
     "",
     {.fault = FAULT_LOOKUP, .kind = ANSWER_FILTERED}},
    {"SERVFAIL, REFUSED or another error",
     "with EDE 14: the resolver says that it is not ready",
     {.fault = FAULT_LOOKUP, .kind = ANSWER_SERVFAIL, .not_ready = true}},
    {"no reply, or a truncated one whose rest cannot be fetched over TCP",
     "",
     {.fault = FAULT_LOOKUP, .kind = ANSWER_TRUNCATED}},
    {"answers differ", "only those of resolvers", {.fault = FAULT_ANSWERS_DIFFER}},
    {"answers differ",
     "all name servers of the zone agree on another answer than the run found",
     {.fault = FAULT_ANSWERS_DIFFER, .servers = SERVERS_NEWER}},
    {"answers differ",
     "name servers of the zone differ from each other",
     {.fault = FAULT_ANSWERS_DIFFER, .servers = SERVERS_DIFFER}},
    {"the name of a name server has no address", "", {.fault = FAULT_SERVER_ADDRESS}},
    {"a name server does not have the zone (lame)",
     "some name server has its zone",
     {.fault = FAULT_SERVER_LAME, .servers_serve = true}},
    {"a name server does not have the zone (lame)",
     "no name server of any zone has its zone",
     {.fault = FAULT_SERVER_LAME}},
    {"a name server is silent",
     "others answer, also of its address family",
     {.fault = FAULT_SERVER_SILENT, .servers_serve = true, .family_answers = true}},
    {"a name server is silent",
     "no server of its address family answers",
     {.fault = FAULT_SERVER_SILENT, .servers_serve = true}},
};

int main(void)
{
    for (unsigned i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        struct blame blame = blame_of(&ROWS[i].example);

        printf("| %s | %s | %s | %s |\n", ROWS[i].found, ROWS[i].and_found,
               culprit_text(blame.culprit),
               blame.party == FIXER_NONE ? "–" : fixer_row(blame.party)->title);
    }
    return 0;
}
