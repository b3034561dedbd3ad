/*
 * What was found for the first addresses of a run. The terminal shows it if there are no more: a
 * person who asks about a few addresses wants their names, not counts alone.
 *
 * Ownership: plain values. Threads: one at a time.
 */
#ifndef REPORTS_SHORT_LIST_H
#define REPORTS_SHORT_LIST_H

#include "reports/report_row.h"

enum { SHORT_LIST_MAX = 10, SHORT_LIST_TEXT_MAX = 640 };

struct short_row {
    enum verdict verdict;
    char address[IPADDR_TEXT_MAX];
    /* The PTR names, or their absence; a name that is not confirmed with what it leads to:
     * "mta7.example.com", "mta7.example.com -> 192.0.2.9", "none (NXDOMAIN)"; "not asked". It is
     * cut where the array ends. */
    char found[SHORT_LIST_TEXT_MAX];
};

struct short_list {
    unsigned count;
    struct short_row rows[SHORT_LIST_MAX];
};

/* Rows beyond SHORT_LIST_MAX are left out. */
void short_list_add(struct short_list *list, const struct report_row *row);

#endif
