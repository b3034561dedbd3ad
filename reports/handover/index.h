/* handover/index.html: the parties that must act, for the person who sends the folders. */
#ifndef REPORTS_HANDOVER_INDEX_H
#define REPORTS_HANDOVER_INDEX_H

#include "reports/handover/party.h"

#define HANDOVER_INDEX "index.html"

void handover_index_begin(struct outfile *out, const struct report_plan *plan);
void handover_index_party(struct outfile *out, const struct party *party);
void handover_index_end(struct outfile *out, const struct fix_list *list);

#endif
