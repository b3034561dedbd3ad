/* Names and addresses of a row in the order the reports show them. */
#ifndef REPORTS_ROW_NAMES_H
#define REPORTS_ROW_NAMES_H

#include "reports/report_row.h"

/* Number of PTR names kept, in answer order; 0 without an answer. */
unsigned row_ptr_names(const struct report_row *row);

/* The distinct addresses of all PTR names that were looked up, ordered by name. */
struct forward_addresses {
    unsigned count;
    uint64_t more; /* records beyond those kept */
    const struct ipaddr *addresses[ANSWER_NAMES_MAX * ANSWER_ADDRESSES_MAX];
};

void row_forward_addresses(struct forward_addresses *out, const struct report_row *row);

#endif
