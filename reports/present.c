#include "reports/present.h"

#include <stdio.h>
#include <string.h>

#include "reports/sorted_name.h"
#include "reports/sorted_number.h"
#include "reports/words.h"

/* Is it shown; the time, the latest first; kind; its codes; type; flag; records kept; their total;
 * the alias; the records. Numbers have the highest octet first. */
enum {
    AT_TIME = 1,
    AT_KIND = 9,
    AT_RCODE,
    AT_EXTENDED = AT_RCODE + 2,
    AT_TYPE = AT_EXTENDED + 2,
    AT_TRUNCATED,
    AT_COUNT,
    AT_TOTAL,
    AT_NAMES = AT_TOTAL + 4,
    ADDRESS_OCTETS = sizeof(((struct ipaddr *)0)->bytes)
};

/* Only an answer about a host name has an alias here: a PTR record is wanted at the last target. */
_Static_assert(1 + DNSNAME_MAX + ANSWER_ADDRESSES_MAX * (int)ADDRESS_OCTETS <=
                   PRESENT_OCTETS - AT_NAMES,
               "an alias and its addresses have room");

/* The answer that has the state; NULL: not shown. */
static const struct answer *answer_for(const struct report_row *row, const struct fix *fix)
{
    if (!row->seen)
        return NULL;
    if (fix->who == FIXER_HOST_NAME)
        return observation_forward(row->seen, &fix->owner);
    return fix->who == FIXER_REVERSE_ZONE ? &row->seen->ptr : NULL;
}

static void put_kind(uint8_t *out, enum answer_kind kind, uint16_t rcode, uint16_t extended_error)
{
    out[AT_KIND] = (uint8_t)kind;
    sorted_number_put(out + AT_RCODE, rcode, AT_EXTENDED - AT_RCODE);
    sorted_number_put(out + AT_EXTENDED, extended_error, AT_TYPE - AT_EXTENDED);
}

static size_t put_answer(uint8_t *out, const struct answer *answer, bool is_host)
{
    unsigned count = answer->kind == ANSWER_RECORDS ? answer->kept : 0;
    uint8_t *at = out + AT_NAMES;

    put_kind(out, answer->kind, answer->rcode, answer->extended_error);
    out[AT_TRUNCATED] = answer->kind == ANSWER_RECORDS && answer->truncated;
    out[AT_COUNT] = (uint8_t)count;
    sorted_number_put(out + AT_TOTAL, count > 0 ? answer->total : 0, AT_NAMES - AT_TOTAL);
    if (is_host)
        at += sorted_name_put(at, answer->alias_count > 0 ? &answer->aliases[0] : NULL);
    for (unsigned i = 0; i < count && !is_host; i++)
        at += sorted_name_put(at, &answer->records.names[i]);
    for (unsigned i = 0; i < count && is_host; i++, at += ADDRESS_OCTETS)
        memcpy(at, answer->records.addresses[i].bytes, ADDRESS_OCTETS);
    return (size_t)(at - out);
}

static void put_head(uint8_t *out, const struct report_row *row, uint16_t type)
{
    sorted_number_put(out + AT_TIME, ~(uint64_t)(row->found ? row->found->checked_at : 0),
                      AT_KIND - AT_TIME);
    out[AT_TYPE] = (uint8_t)type;
}

size_t present_put(uint8_t out[PRESENT_OCTETS], const struct report_row *row, const struct fix *fix)
{
    const struct answer *answer = answer_for(row, fix);
    bool is_host = fix->who == FIXER_HOST_NAME;

    out[0] = answer || fix->has_question;
    if (!out[0])
        return AT_TIME;
    put_head(out, row, is_host || fix->has_question ? fix->type : RR_PTR);
    if (answer)
        return put_answer(out, answer, is_host);
    memset(out + AT_TRUNCATED, 0, AT_NAMES + 1 - AT_TRUNCATED); /* no records, no alias */
    put_kind(out, fix->why.kind, fix->rcode, fix->extended_error);
    return AT_NAMES + 1;
}

void present_get(struct present *out, const uint8_t *octets)
{
    const uint8_t *at = octets + AT_NAMES;

    out->checked_at = (int64_t)~sorted_number_get(octets + AT_TIME, AT_KIND - AT_TIME);
    out->kind = octets[AT_KIND];
    out->rcode = (uint16_t)sorted_number_get(octets + AT_RCODE, AT_EXTENDED - AT_RCODE);
    out->extended_error = (uint16_t)sorted_number_get(octets + AT_EXTENDED, AT_TYPE - AT_EXTENDED);
    out->type = octets[AT_TYPE];
    out->is_truncated = octets[AT_TRUNCATED];
    out->count = octets[AT_COUNT];
    out->total = (uint32_t)sorted_number_get(octets + AT_TOTAL, AT_NAMES - AT_TOTAL);
    out->alias.length = 0;
    if (out->type == RR_PTR) {
        for (unsigned i = 0; i < out->count; i++)
            at += sorted_name_get(&out->records.names[i], at);
        return;
    }
    at += sorted_name_get(&out->alias, at);
    for (unsigned i = 0; i < out->count; i++, at += ADDRESS_OCTETS) {
        out->records.addresses[i].family = out->type == RR_A ? IP_V4 : IP_V6;
        memcpy(out->records.addresses[i].bytes, at, ADDRESS_OCTETS);
    }
}

void present_of_answer(struct present *out, const struct report_row *row,
                       const struct answer *answer, uint16_t type)
{
    uint8_t octets[PRESENT_OCTETS];

    put_head(octets, row, type);
    put_answer(octets, answer, type != RR_PTR);
    present_get(out, octets);
}

bool present_equal(const uint8_t *a, size_t a_length, const uint8_t *b, size_t b_length)
{
    return a_length == b_length && memcmp(a + AT_KIND, b + AT_KIND, a_length - AT_KIND) == 0;
}

/* "none (NXDOMAIN)", "not known (SERVFAIL)": the state without records. */
static size_t print_absence(char out[PRESENT_PART_MAX], const struct present *present)
{
    char why[SHORTFALL_MAX];

    if (present->kind == ANSWER_NXDOMAIN)
        return (size_t)(stpcpy(out, "none (NXDOMAIN)") - out);
    if (present->kind == ANSWER_NODATA)
        return (size_t)(stpcpy(out, "none (NODATA)") - out);
    return (size_t)snprintf(out, PRESENT_PART_MAX, "not known (%s)",
                            answer_shortfall_print(why, present->kind, present->rcode, 0));
}

static size_t print_rest(char out[PRESENT_PART_MAX], const struct present *present)
{
    char count[GROUPED_MAX];

    if (present->is_truncated)
        return (size_t)snprintf(out, PRESENT_PART_MAX, "and more");
    grouped_print(count, present->total - present->count);
    return (size_t)snprintf(out, PRESENT_PART_MAX, "and %s more", count);
}

static bool has_more(const struct present *present)
{
    return present->total > present->count || present->is_truncated;
}

unsigned present_parts(const struct present *present)
{
    unsigned records = present->kind == ANSWER_RECORDS ? present->count + has_more(present) : 1;

    return records + (present->alias.length > 0);
}

size_t present_part(char out[PRESENT_PART_MAX], const struct present *present, unsigned part)
{
    static const char cname[] = "CNAME ";
    unsigned record = part - (present->alias.length > 0);

    if (present->alias.length > 0 && part == 0)
        return (size_t)(stpcpy(out, cname) - out) +
               dnsname_print(out + strlen(cname), &present->alias);
    if (present->kind != ANSWER_RECORDS)
        return print_absence(out, present);
    if (record == present->count)
        return print_rest(out, present);
    return present->type == RR_PTR ? dnsname_print(out, &present->records.names[record])
                                   : ipaddr_print(out, &present->records.addresses[record]);
}
