#include "reports/missing_zones.h"

#include <stdio.h>
#include <string.h>

#include "audit/failed_lookup.h"
#include "audit/zone_question.h"
#include "reports/fix_zone.h"
#include "reports/words.h"

static bool is_listed(const struct missing_zones *missing, const struct dnsname *zone)
{
    for (unsigned i = 0; i < missing->count; i++) {
        if (dnsname_equal(&missing->zones[i], zone))
            return true;
    }
    return false;
}

static bool lacks_a_file(const struct report_row *row)
{
    struct failed_lookup failed;

    return row->judgement->verdict == VERDICT_DNS_ERROR && row->seen &&
           failed_lookup_find(&failed, &row->address, row->seen, NULL) &&
           failed.answer->kind == ANSWER_NO_ZONE;
}

void missing_zones_add(struct missing_zones *missing, const struct report_row *row,
                       const struct suffix_list *suffixes)
{
    struct zone_question question;
    struct dnsname zone;

    if (!lacks_a_file(row))
        return;
    missing->addresses++;
    if (!zone_question_failed(&question, &row->address, row->seen)) {
        missing->others++;
        return;
    }
    fix_zone_guess(&zone, &question, suffixes);
    if (is_listed(missing, &zone))
        return;
    if (missing->count == MISSING_ZONES_MAX)
        missing->others++;
    else
        dnsname_copy(&missing->zones[missing->count++], &zone);
}

enum { REST_MAX = sizeof(" and others") };

/* Appends names while there is room for them and for the rest. Returns their number. */
static unsigned name_zones(char *out, size_t *used, const struct missing_zones *missing)
{
    char name[DNSNAME_TEXT_MAX];
    unsigned named = 0;

    while (named < missing->count) {
        size_t length = dnsname_print(name, &missing->zones[named]);
        bool last = named + 1 == missing->count && missing->others == 0;
        const char *joint = named == 0 ? "" : last ? " and " : ", ";

        if (*used + strlen(joint) + length + REST_MAX > MISSING_TEXT_MAX)
            break;
        *used += (size_t)snprintf(out + *used, MISSING_TEXT_MAX - *used, "%s%s", joint, name);
        named++;
    }
    return named;
}

size_t missing_zones_print(char out[MISSING_TEXT_MAX], const struct missing_zones *missing)
{
    char number[GROUPED_MAX];
    size_t used;
    unsigned named;

    out[0] = '\0';
    if (missing->addresses == 0)
        return 0;
    grouped_print(number, missing->addresses);
    used =
        (size_t)snprintf(out, MISSING_TEXT_MAX,
                         "%s address%s need%s names that no zone file contains: add the missing "
                         "files with --zone",
                         number, plural_es(missing->addresses), missing->addresses == 1 ? "s" : "");
    if (missing->count == 0)
        return used;
    used += (size_t)snprintf(out + used, MISSING_TEXT_MAX - used, ", probably of ");
    named = name_zones(out, &used, missing);
    if (named < missing->count || missing->others > 0)
        used += (size_t)snprintf(out + used, MISSING_TEXT_MAX - used, " and others");
    return used;
}
