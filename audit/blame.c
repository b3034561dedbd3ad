#include "audit/blame.h"

static const struct blame NO_BLAME = {CULPRIT_NONE, FIXER_NONE};
static const struct blame OPEN = {CULPRIT_OPEN, FIXER_NONE};
static const struct blame RESOLVER = {CULPRIT_RESOLVER, FIXER_NONE};
static const struct blame CACHE = {CULPRIT_CACHE, FIXER_NONE};

static struct blame zone(enum fixer party)
{
    return (struct blame){CULPRIT_ZONE, party};
}

static struct blame servers(void)
{
    return (struct blame){CULPRIT_SERVERS, FIXER_NAME_SERVERS};
}

/* Records of a zone, as an answer shows them. */
static struct blame blame_records(const struct blame_case *found, enum fixer party)
{
    if (found->servers == SERVERS_NEWER || found->stale)
        return CACHE;
    return found->may_be_filtered ? OPEN : zone(party);
}

bool blame_may_be_zone(enum answer_kind kind)
{
    switch (kind) {
    case ANSWER_SERVFAIL:
    case ANSWER_REFUSED:
    case ANSWER_OTHER_RCODE:
    case ANSWER_ALIAS_LOOP:
    case ANSWER_ALIAS_LONG:
    case ANSWER_ALIAS_CONFLICT:
    case ANSWER_UNBELIEVABLE:
        return true;
    case ANSWER_RECORDS:
    case ANSWER_NODATA:
    case ANSWER_NXDOMAIN:
    case ANSWER_SILENT:
    case ANSWER_REFERRAL:
    case ANSWER_TRUNCATED:
    case ANSWER_ALIAS_OPEN:
    case ANSWER_FILTERED:
    case ANSWER_NO_ZONE: /* no zone file has the name */
    case ANSWER_KINDS:
        break;
    }
    return false;
}

/* The reply is the resolver's: it shows something about a zone only if the resolver answers other
 * questions. A chain of aliases that cannot be followed is data of a zone. */
static bool is_of_resolver(enum answer_kind kind)
{
    return kind == ANSWER_SERVFAIL || kind == ANSWER_REFUSED || kind == ANSWER_OTHER_RCODE ||
           kind == ANSWER_UNBELIEVABLE;
}

/* A reply cut short, or none at all, may be the fault of the path. */
static struct blame blame_lookup(const struct blame_case *found)
{
    bool is_resolver = found->resolvers_fail || found->not_ready;

    if (found->kind == ANSWER_REFERRAL || found->kind == ANSWER_FILTERED ||
        (is_resolver && is_of_resolver(found->kind)))
        return RESOLVER;
    return blame_may_be_zone(found->kind) ? zone(FIXER_FAILING_ZONE) : OPEN;
}

static struct blame blame_difference(const struct blame_case *found)
{
    if (found->servers == SERVERS_DIFFER)
        return servers();
    return found->servers == SERVERS_NEWER ? CACHE : OPEN;
}

/* If no server has its zone, something on the way answers in their place; if no server of an
 * address family answers, this host has no route to them. An address record is looked up at the
 * resolver. */
static struct blame blame_server(const struct blame_case *found)
{
    if (found->fault == FAULT_SERVER_ADDRESS)
        return servers();
    bool reached = found->fault == FAULT_SERVER_LAME || found->family_answers;

    return found->servers_serve && reached ? servers() : OPEN;
}

struct blame blame_of(const struct blame_case *found)
{
    switch (found->fault) {
    case FAULT_PTR:
        return blame_records(found, FIXER_REVERSE_ZONE);
    case FAULT_FORWARD:
        return blame_records(found, FIXER_HOST_NAME);
    case FAULT_LOOKUP:
        return blame_lookup(found);
    case FAULT_ANSWERS_DIFFER:
        return blame_difference(found);
    case FAULT_SERVER_LAME:
    case FAULT_SERVER_SILENT:
    case FAULT_SERVER_ADDRESS:
        return blame_server(found);
    case FAULT_NONE:
    case FAULTS:
        break;
    }
    return NO_BLAME;
}

const char *culprit_text(enum culprit culprit)
{
    static const char *const TEXTS[CULPRITS] = {
        [CULPRIT_NONE] = "nothing",          [CULPRIT_OPEN] = "not known",
        [CULPRIT_RESOLVER] = "the resolver", [CULPRIT_CACHE] = "the cache of the resolver",
        [CULPRIT_ZONE] = "the zone",         [CULPRIT_SERVERS] = "the name servers",
    };

    return TEXTS[culprit];
}
