#include "io/input/mask_cell.h"

#include <stdio.h>
#include <string.h>

#include "audit/cell_text.h"

enum { MASK_MAX = 64 }; /* octets of a cell that are read; none longer is a mask */

static bool parse(struct target *out, const char *address, const struct cell *mask,
                  struct target_reason *why)
{
    struct cell_text length = cell_text_without_comment(mask->text, mask->length);
    char text[IPADDR_TEXT_MAX + 1 + MASK_MAX];

    if (length.len > 0 && length.text[0] == '/')
        length = cell_text_trim(length.text + 1, length.len - 1);
    int size = snprintf(text, sizeof(text), "%s/%.*s", address,
                        (int)(length.len < MASK_MAX ? length.len : MASK_MAX), length.text);
    return target_parse(out, text, (size_t)size, why);
}

bool mask_cell_is(const struct cell *mask)
{
    struct target target;
    struct target_reason why;

    return parse(&target, "0.0.0.0", mask, &why) || parse(&target, "::", mask, &why);
}

bool mask_cell_is_dotted(const struct cell *mask)
{
    static const char FIRST[] = "255.";

    return mask->length > sizeof(FIRST) && memcmp(mask->text, FIRST, sizeof(FIRST) - 1) == 0 &&
           mask_cell_is(mask);
}

static bool is_same(const struct iprange *a, const struct iprange *b)
{
    return ipaddr_equal(&a->first, &b->first) && ipaddr_equal(&a->last, &b->last);
}

bool mask_cell_apply(struct target *target, const struct cell *mask, struct target_reason *why)
{
    char address[IPADDR_TEXT_MAX], range[IPRANGE_TEXT_MAX];
    struct target prefix;

    (void)ipaddr_print(address, &target->range.first);
    if (!parse(&prefix, address, mask, why))
        return false;
    if (is_same(&target->range, &prefix.range))
        return true;
    if (target->is_prefix || !iprange_is_single(&target->range)) {
        (void)iprange_print(range, &target->range);
        return target_refuse(
            why, "the item is %s, which the prefix length or mask beside it is not", range);
    }
    prefix.mapped = target->mapped;
    *target = prefix;
    return true;
}
