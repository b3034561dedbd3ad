/* index.html of the folder of nights: the trend, and a row for each night with its pages. Whole or
 * absent, without scripts, like the other pages. */
#ifndef REPORTS_NIGHTS_INDEX_PAGE_H
#define REPORTS_NIGHTS_INDEX_PAGE_H

#include "reports/nights/night_list.h"

/* written_at: seconds since 1970 UTC. program: "fcrdns 0.2.0". */
bool index_page_write(const struct folder *folder, const struct night_list *list,
                      const char *program, int64_t written_at, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
