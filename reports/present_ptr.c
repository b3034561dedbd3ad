#include "reports/present_ptr.h"

#include <stdio.h>
#include <string.h>

#include "reports/sorted_number.h"
#include "reports/words.h"

/* Is it shown; the time, the latest first; kind; flag; names kept; their total; the names. Numbers
 * have the highest octet first. */
enum { AT_TIME = 1, AT_KIND = 9, AT_TRUNCATED = 10, AT_COUNT = 11, AT_TOTAL = 12, AT_NAMES = 16 };

static bool is_shown(const struct report_row *row, enum fixer who)
{
    const struct answer *ptr = row->seen ? &row->seen->ptr : NULL;
    bool is_known = ptr && (ptr->kind == ANSWER_RECORDS || answer_is_negative(ptr));

    return ptr && (who == FIXER_REVERSE_ZONE || (who == FIXER_FAILING_ZONE && !is_known));
}

size_t present_ptr_put(uint8_t out[PRESENT_PTR_OCTETS], const struct report_row *row,
                       enum fixer who)
{
    const struct answer *ptr = &row->seen->ptr;
    int64_t checked_at = row->found ? row->found->checked_at : 0;
    size_t used = AT_NAMES;

    out[0] = is_shown(row, who);
    if (!out[0])
        return AT_TIME;
    unsigned count = ptr->kind == ANSWER_RECORDS ? ptr->kept : 0;
    sorted_number_put(out + AT_TIME, ~(uint64_t)checked_at, AT_KIND - AT_TIME);
    out[AT_KIND] = (uint8_t)ptr->kind;
    out[AT_TRUNCATED] = ptr->kind == ANSWER_RECORDS && ptr->truncated;
    out[AT_COUNT] = (uint8_t)count;
    sorted_number_put(out + AT_TOTAL, count > 0 ? ptr->total : 0, AT_NAMES - AT_TOTAL);
    for (unsigned i = 0; i < count; i++) {
        const struct dnsname *name = &ptr->records.names[i];

        out[used] = name->length;
        memcpy(out + used + 1, name->wire, name->length);
        used += 1 + (size_t)name->length;
    }
    return used;
}

void present_ptr_get(struct present_ptr *out, const uint8_t *octets)
{
    const uint8_t *at = octets + AT_NAMES;

    out->checked_at = (int64_t)~sorted_number_get(octets + AT_TIME, AT_KIND - AT_TIME);
    out->kind = octets[AT_KIND];
    out->is_truncated = octets[AT_TRUNCATED];
    out->count = octets[AT_COUNT];
    out->total = (uint32_t)sorted_number_get(octets + AT_TOTAL, AT_NAMES - AT_TOTAL);
    for (unsigned i = 0; i < out->count; i++) {
        out->names[i].length = at[0];
        memcpy(out->names[i].wire, at + 1, at[0]);
        at += 1 + at[0];
    }
}

/* "none (NXDOMAIN)", "not known (SERVFAIL)": the state without names. */
static size_t print_absence(char out[PRESENT_PART_MAX], enum answer_kind kind)
{
    if (kind == ANSWER_NXDOMAIN)
        return (size_t)(stpcpy(out, "none (NXDOMAIN)") - out);
    if (kind == ANSWER_NODATA)
        return (size_t)(stpcpy(out, "none (NODATA)") - out);
    return (size_t)snprintf(out, PRESENT_PART_MAX, "not known (%s)", answer_shortfall(kind));
}

static bool has_more(const struct present_ptr *present)
{
    return present->total > present->count || present->is_truncated;
}

unsigned present_ptr_parts(const struct present_ptr *present)
{
    return present->kind == ANSWER_RECORDS ? present->count + has_more(present) : 1;
}

size_t present_ptr_part(char out[PRESENT_PART_MAX], const struct present_ptr *present,
                        unsigned part)
{
    char count[GROUPED_MAX];

    if (present->kind != ANSWER_RECORDS)
        return print_absence(out, present->kind);
    if (part < present->count)
        return dnsname_print(out, &present->names[part]);
    if (present->is_truncated)
        return (size_t)snprintf(out, PRESENT_PART_MAX, "and more");
    grouped_print(count, present->total - present->count);
    return (size_t)snprintf(out, PRESENT_PART_MAX, "and %s more", count);
}

size_t present_ptr_print(char out[PRESENT_TEXT_MAX], const struct present_ptr *present)
{
    unsigned parts = present_ptr_parts(present);
    size_t used = 0;

    out[0] = '\0';
    for (unsigned i = 0; i < parts; i++) {
        if (i > 0)
            used = (size_t)(stpcpy(out + used, ", ") - out);
        used += present_ptr_part(out + used, present, i);
    }
    return used;
}
