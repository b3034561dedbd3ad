/* What a row knows of names and addresses, in the words of the reports. */
#ifndef REPORTS_ROW_NAMES_H
#define REPORTS_ROW_NAMES_H

#include "reports/report_row.h"

/* PTR names kept, in answer order; 0 if nothing was asked or answered. */
unsigned row_ptr_names(const struct report_row *row);

/* Distinct addresses of all PTR names that were looked up, in the order of the names. */
struct forward_addresses {
    unsigned count;
    uint64_t more; /* records beyond those kept */
    const struct ipaddr *addresses[ANSWER_NAMES_MAX * ANSWER_ADDRESSES_MAX];
};

void row_forward_addresses(struct forward_addresses *out, const struct report_row *row);

#endif
