#include "reports/short_list.h"

#include <stdio.h>

#include "io/system/text_list.h"
#include "reports/present.h"
#include "reports/row_names.h"

/* ", " between the parts of what the answer shows. */
static void add_present(char *out, size_t size, const struct report_row *row,
                        const struct answer *answer, uint16_t type)
{
    char part[PRESENT_PART_MAX], text[SHORT_LIST_TEXT_MAX] = "";
    struct present present;

    present_of_answer(&present, row, answer, type);
    for (unsigned i = 0; i < present_parts(&present); i++) {
        present_part(part, &present, i);
        text_list_add(text, sizeof(text), ", ", part);
    }
    text_list_add(out, size, " -> ", text);
}

static void add_name(struct short_row *out, const struct report_row *row, unsigned i)
{
    const struct dnsname *name = &row->seen->ptr.records.names[i];
    const struct answer *forward = observation_forward(row->seen, name);
    char text[DNSNAME_TEXT_MAX + SHORT_LIST_TEXT_MAX];

    dnsname_print(text, name);
    if (forward && !(row->judgement->confirmed >> i & 1))
        add_present(text, sizeof(text), row, forward,
                    row->address.family == IP_V4 ? RR_A : RR_AAAA);
    text_list_add(out->found, sizeof(out->found), "; ", text);
}

void short_list_add(struct short_list *list, const struct report_row *row)
{
    unsigned names = row_ptr_names(row);

    if (list->count == SHORT_LIST_MAX)
        return;
    struct short_row *out = &list->rows[list->count++];
    out->verdict = row->judgement->verdict;
    ipaddr_print(out->address, &row->address);
    snprintf(out->found, sizeof(out->found), "%s", row->seen ? "" : "not asked");
    for (unsigned i = 0; i < names; i++)
        add_name(out, row, i);
    if (row->seen && names == 0)
        add_present(out->found, sizeof(out->found), row, &row->seen->ptr, RR_PTR);
}
