#include "reports/row_names.h"

unsigned row_ptr_names(const struct report_row *row)
{
    return row->seen && row->seen->ptr.kind == ANSWER_RECORDS ? row->seen->ptr.kept : 0;
}

static bool is_ptr_name(const struct report_row *row, const struct dnsname *host)
{
    for (unsigned i = 0; i < row_ptr_names(row); i++)
        if (dnsname_equal(&row->seen->ptr.records.names[i], host))
            return true;
    return false;
}

static void add_distinct(struct forward_addresses *out, const struct ipaddr *address)
{
    for (unsigned i = 0; i < out->count; i++)
        if (ipaddr_equal(out->addresses[i], address))
            return;
    if (out->count < sizeof out->addresses / sizeof out->addresses[0])
        out->addresses[out->count++] = address;
    else
        out->more++;
}

void row_forward_addresses(struct forward_addresses *out, const struct report_row *row)
{
    out->count = 0;
    out->more = 0;
    if (!row->seen)
        return;
    for (unsigned i = 0; i < row->seen->forward_count; i++) {
        const struct forward *forward = &row->seen->forwards[i];

        /* expected names that no PTR names come last and are not what the address claims */
        if (forward->answer.kind != ANSWER_RECORDS || !is_ptr_name(row, &forward->host))
            continue;
        for (unsigned j = 0; j < forward->answer.kept; j++)
            add_distinct(out, &forward->answer.records.addresses[j]);
        out->more += forward->answer.total - forward->answer.kept;
    }
}
