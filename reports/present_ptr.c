#include "reports/present_ptr.h"

#include <stdio.h>
#include <string.h>

#include "reports/words.h"

/* Is it shown; the time, the latest first; kind; flag; names kept; their total; the names. Numbers
 * have the highest octet first. */
enum { AT_TIME = 1, AT_KIND = 9, AT_TRUNCATED = 10, AT_COUNT = 11, AT_TOTAL = 12, AT_NAMES = 16 };

void present_ptr_of(struct present_ptr *out, const struct report_row *row, enum fixer who)
{
    const struct answer *ptr = row->seen ? &row->seen->ptr : NULL;
    bool is_known = ptr && (ptr->kind == ANSWER_RECORDS || answer_is_negative(ptr));

    out->is_shown = ptr && (who == FIXER_REVERSE_ZONE || (who == FIXER_FAILING_ZONE && !is_known));
    if (!out->is_shown)
        return;
    out->checked_at = row->found ? row->found->checked_at : 0;
    out->kind = ptr->kind;
    out->is_truncated = false;
    out->count = out->total = 0;
    if (ptr->kind != ANSWER_RECORDS)
        return;
    out->is_truncated = ptr->truncated;
    out->total = ptr->total;
    for (; out->count < ptr->kept; out->count++)
        dnsname_copy(&out->names[out->count], &ptr->records.names[out->count]);
}

static void put_number(uint8_t *out, uint64_t number, unsigned octets)
{
    for (unsigned i = octets; i > 0; i--, number >>= 8)
        out[i - 1] = (uint8_t)number;
}

static uint64_t get_number(const uint8_t *octets, unsigned count)
{
    uint64_t number = 0;

    for (unsigned i = 0; i < count; i++)
        number = number << 8 | octets[i];
    return number;
}

size_t present_ptr_put(uint8_t out[PRESENT_PTR_OCTETS], const struct present_ptr *present)
{
    size_t used = AT_NAMES;

    out[0] = present->is_shown;
    if (!present->is_shown)
        return AT_TIME;
    put_number(out + AT_TIME, ~(uint64_t)present->checked_at, AT_KIND - AT_TIME);
    out[AT_KIND] = (uint8_t)present->kind;
    out[AT_TRUNCATED] = present->is_truncated;
    out[AT_COUNT] = (uint8_t)present->count;
    put_number(out + AT_TOTAL, present->total, AT_NAMES - AT_TOTAL);
    for (unsigned i = 0; i < present->count; i++) {
        out[used] = present->names[i].length;
        memcpy(out + used + 1, present->names[i].wire, present->names[i].length);
        used += 1 + (size_t)present->names[i].length;
    }
    return used;
}

size_t present_ptr_get(struct present_ptr *out, const uint8_t *octets)
{
    size_t used = AT_NAMES;

    out->is_shown = octets[0];
    if (!out->is_shown)
        return AT_TIME;
    out->checked_at = (int64_t)~get_number(octets + AT_TIME, AT_KIND - AT_TIME);
    out->kind = octets[AT_KIND];
    out->is_truncated = octets[AT_TRUNCATED];
    out->count = octets[AT_COUNT];
    out->total = (uint32_t)get_number(octets + AT_TOTAL, AT_NAMES - AT_TOTAL);
    for (unsigned i = 0; i < out->count; i++) {
        out->names[i].length = octets[used];
        memcpy(out->names[i].wire, octets + used + 1, octets[used]);
        used += 1 + (size_t)octets[used];
    }
    return used;
}

size_t present_ptr_absence(char out[PRESENT_PART_MAX], const struct present_ptr *present)
{
    if (present->kind == ANSWER_NXDOMAIN || present->kind == ANSWER_NODATA)
        return (size_t)snprintf(out, PRESENT_PART_MAX, "none (%s)",
                                present->kind == ANSWER_NXDOMAIN ? "NXDOMAIN" : "NODATA");
    return (size_t)snprintf(out, PRESENT_PART_MAX, "not known (%s)",
                            answer_shortfall(present->kind));
}

static bool has_more(const struct present_ptr *present)
{
    return present->total > present->count || present->is_truncated;
}

unsigned present_ptr_parts(const struct present_ptr *present)
{
    if (!present->is_shown)
        return 0;
    return present->kind == ANSWER_RECORDS ? present->count + has_more(present) : 1;
}

size_t present_ptr_part(char out[PRESENT_PART_MAX], const struct present_ptr *present,
                        unsigned part)
{
    char count[GROUPED_MAX];

    if (present->kind != ANSWER_RECORDS)
        return present_ptr_absence(out, present);
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
            used += (size_t)snprintf(out + used, PRESENT_TEXT_MAX - used, ", ");
        used += present_ptr_part(out + used, present, i);
    }
    return used;
}
