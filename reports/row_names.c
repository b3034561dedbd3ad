#include "reports/row_names.h"

unsigned row_ptr_names(const struct report_row *row)
{
    return row->seen && row->seen->ptr.kind == ANSWER_RECORDS ? row->seen->ptr.kept : 0;
}

static void add_distinct(struct forward_addresses *out, const struct ipaddr *address)
{
    for (unsigned i = 0; i < out->count; i++)
        if (ipaddr_equal(out->addresses[i], address))
            return;
    if (out->count < sizeof(out->addresses) / sizeof(out->addresses[0]))
        out->addresses[out->count++] = address;
    else
        out->more++;
}

/* Ordered by PTR name, since answers arrive in any order and reports must be reproducible. */
void row_forward_addresses(struct forward_addresses *out, const struct report_row *row)
{
    out->count = 0;
    out->more = 0;
    for (unsigned i = 0; i < row_ptr_names(row); i++) {
        const struct answer *forward =
            observation_forward(row->seen, &row->seen->ptr.records.names[i]);

        if (!forward || forward->kind != ANSWER_RECORDS)
            continue;
        for (unsigned j = 0; j < forward->kept; j++)
            add_distinct(out, &forward->records.addresses[j]);
        out->more += forward->total - forward->kept;
    }
}
