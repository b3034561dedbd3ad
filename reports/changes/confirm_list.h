/*
 * Rows that broke and are looked at again before the alarm. The list begins with all of them, up to
 * CONFIRM_MAX; if there are more, it holds a sample of them that decides for the others.
 *
 * A row is confirmed if every further look finds it broken. Of a sample, the rows that are not in
 * it follow the majority.
 *
 * Memory: at most CONFIRM_MAX rows. Ownership: confirm_list_new / confirm_list_free. Threads: one
 * at a time. Errors: false with *failure set.
 */
#ifndef REPORTS_CHANGES_CONFIRM_LIST_H
#define REPORTS_CHANGES_CONFIRM_LIST_H

#include "audit/row_sweep.h"
#include "reports/changes/changed_row.h"

enum { CONFIRM_MAX = 10000 };

struct confirm_row {
    struct ipaddr address;
    bool has_expected;
    bool refuted; /* a look did not find it broken */
    struct dnsname expected;
};

struct confirm_list;

struct confirm_list *confirm_list_new(void); /* NULL: out of memory */
/* Takes a row that would break, of all rows that changed. */
void confirm_list_add(struct confirm_list *list, const struct changed_row *changed);
/* All rows were added. */
void confirm_list_seal(struct confirm_list *list);
void confirm_list_free(struct confirm_list *list); /* NULL is allowed */
unsigned confirm_list_count(const struct confirm_list *list);
const struct confirm_row *confirm_list_at(const struct confirm_list *list, unsigned index);
/* Rows that would break, those that are not in the list too. */
uint64_t confirm_list_total(const struct confirm_list *list);
/* A further look: judges the rows of this side, and refutes all that it does not find broken. */
bool confirm_list_look(struct confirm_list *list, const struct side_job *side,
                       struct failure *failure) __attribute__((warn_unused_result));
/* The same look at the name servers of its zones, whose answers its run holds: refutes what they
 * speak against. A server without an answer leaves a row unchanged. */
bool confirm_list_look_servers(struct confirm_list *list, const struct side_job *side,
                               struct failure *failure) __attribute__((warn_unused_result));
/* A row that broke: was it refuted, or the majority of a sample that it is not in? */
bool confirm_list_refutes(const struct confirm_list *list, const struct sweep_row *row);

#endif
