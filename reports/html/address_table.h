/*
 * The table of addresses: all rows up to TABLE_ALL_MAX; above that only those that do not pass, up
 * to TABLE_CUT_MAX; in any case no more than its room on the page. A part of that room is kept for
 * the first TABLE_LEAST rows of each verdict, so that a long range with one fault does not hide all
 * others. Rows are spooled, because the text above the table is known only at the end.
 * Ownership: address_table_new / address_table_free.
 */
#ifndef REPORTS_HTML_ADDRESS_TABLE_H
#define REPORTS_HTML_ADDRESS_TABLE_H

#include "io/output/outfile.h"
#include "reports/report_plan.h"
#include "reports/report_row.h"
#include "reports/tally.h"

enum {
    TABLE_ALL_MAX = 1000,
    TABLE_CUT_MAX = 2000,
    TABLE_LEAST = 20,
    TABLE_NOT_PUBLIC_MAX = 1500, /* so that addresses that were not asked never fill the table */
};

struct address_table;

struct address_table *address_table_new(const struct report_plan *plan, struct failure *failure);
void address_table_free(struct address_table *table);
void address_table_add(struct address_table *table, const struct report_row *row);
/* Writes the section with its notice and table. csv: the file that lists every address. */
void address_table_write(struct address_table *table, const struct tally *tally, const char *csv,
                         struct outfile *out);

#endif
