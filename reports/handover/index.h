/* handover/index.html: who must act, for the person who hands the folders over. */
#ifndef REPORTS_HANDOVER_INDEX_H
#define REPORTS_HANDOVER_INDEX_H

#include "reports/handover/party.h"

#define HANDOVER_INDEX "index.html"

void handover_index_begin(struct outfile *out, const struct report_plan *plan);
void handover_index_party(struct outfile *out, const struct party *party, const char *folder);
/* csv: the file that holds every address. */
void handover_index_end(struct outfile *out, const struct fix_list *list, const char *csv);

#endif
