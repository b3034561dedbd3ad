#include "reports/policy_words.h"

#include <stdio.h>
#include <string.h>

#include "reports/words.h"

enum {
    MORE_MAX = sizeof " and 65,536 more" - 1,
    NAMED_MAX = IPRANGE_TEXT_MAX + 64, /* with its key and date */
};

static const struct exceptions *exceptions_of(const struct report_plan *plan)
{
    return plan->policy ? plan->policy->exceptions : NULL;
}

size_t exceptions_hold_print(char out[HOLDS_MAX], const struct report_plan *plan,
                             const struct tally *tally)
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

/* Appends names as far as `width` has room beside the words that follow; returns how many. */
static unsigned name_expired(char *out, size_t *used, size_t width,
                             const struct exceptions *exceptions)
{
    const struct exception *exception;
    char range[IPRANGE_TEXT_MAX];
    char name[NAMED_MAX];
    unsigned named = 0;

    for (unsigned i = 0; (exception = exceptions_at(exceptions, i)) != NULL; i++) {
        if (!exception->expired)
            continue;
        iprange_print(range, &exception->range);
        size_t length =
            (size_t)snprintf(name, sizeof name, "%s %s %s (%s)", named > 0 ? "," : "", range,
                             subject_key(exception->subject), exception->last_day);
        if (*used + length + MORE_MAX > width)
            break;
        memcpy(out + *used, name, length + 1);
        *used += length;
        named++;
    }
    return named;
}

size_t exceptions_expired_print(char *out, size_t width, const struct report_plan *plan)
{
    const struct exceptions *exceptions = exceptions_of(plan);
    unsigned expired = exceptions ? exceptions_sum(exceptions).expired : 0;
    char number[GROUPED_MAX];
    size_t used;

    out[0] = '\0';
    if (expired == 0)
        return 0;
    grouped_print(number, expired);
    used = (size_t)snprintf(out, width + 1, "%s exception%s expired:", number,
                            expired == 1 ? " has" : "s have");
    unsigned named = name_expired(out, &used, width, exceptions);
    if (named == 0)
        return used + (size_t)snprintf(out + used, width + 1 - used, " see summary.json");
    if (named == expired)
        return used;
    grouped_print(number, expired - named);
    return used + (size_t)snprintf(out + used, width + 1 - used, " and %s more", number);
}
