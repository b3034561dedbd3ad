#include "reports/policy_words.h"

#include <stdio.h>

#include "reports/words.h"

static const struct exceptions *exceptions_of(const struct report_plan *plan)
{
    return plan->policy ? plan->policy->exceptions : NULL;
}

size_t exceptions_hold_print(char out[HOLDS_MAX], const struct report_plan *plan, const struct tally *tally)
{
    const struct exceptions *exceptions = exceptions_of(plan);
    char number[GROUPED_MAX];
    size_t used;

    out[0] = '\0';
    if (!exceptions)
        return 0;
    struct exceptions_sum sum = exceptions_sum(exceptions);
    grouped_print(number, tally->excepted);
    used = (size_t)snprintf(out, HOLDS_MAX, "Exceptions hold for %s address%s", number,
                            plural_es(tally->excepted));
    if (sum.unused == 0)
        return used;
    grouped_print(number, sum.unused);
    return used + (size_t)snprintf(out + used, HOLDS_MAX - used, "; %s exception%s unused", number,
                                   sum.unused == 1 ? " is" : "s are");
}

static size_t name_expired(char *out, size_t size, const struct exceptions *exceptions, unsigned most)
{
    const struct exception *exception;
    char range[IPRANGE_TEXT_MAX];
    unsigned named = 0;
    size_t used = 0;

    for (unsigned i = 0; named < most && (exception = exceptions_at(exceptions, i)) != NULL; i++) {
        if (!exception->expired)
            continue;
        iprange_print(range, &exception->range);
        used += (size_t)snprintf(out + used, size - used, "%s%s %s (%s)", named++ > 0 ? ", " : "", range,
                                 subject_key(exception->subject), exception->last_day);
    }
    return used;
}

size_t exceptions_expired_print(char out[EXPIRED_MAX], const struct report_plan *plan, unsigned most)
{
    const struct exceptions *exceptions = exceptions_of(plan);
    unsigned expired = exceptions ? exceptions_sum(exceptions).expired : 0;
    char number[GROUPED_MAX];
    size_t used;

    out[0] = '\0';
    if (expired == 0)
        return 0;
    if (most > EXPIRED_NAMED_MAX)
        most = EXPIRED_NAMED_MAX;
    grouped_print(number, expired);
    used = (size_t)snprintf(out, EXPIRED_MAX, "%s exception%s expired: ", number,
                            expired == 1 ? " has" : "s have");
    used += name_expired(out + used, EXPIRED_MAX - used, exceptions, most);
    if (expired > most)
        used += (size_t)snprintf(out + used, EXPIRED_MAX - used, " and %u more", expired - most);
    return used;
}
