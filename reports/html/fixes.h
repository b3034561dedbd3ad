/*
 * What to fix, on the pages: who must act, and the part of each party. All of it is also used by
 * the requests of the hand-over pack.
 */
#ifndef REPORTS_HTML_FIXES_H
#define REPORTS_HTML_FIXES_H

#include "io/output/outfile.h"
#include "reports/fix_list.h"
#include "reports/party_ranges.h"

/* A part for each party: its zones, problems and records. *parts: the number of parties that fit on
 * the page, from the largest. csv: the file that lists every address. False with *failure set. */
bool html_fixes_write(struct fix_list *list, const char *csv, struct outfile *out, unsigned *parts,
                      struct failure *failure) __attribute__((warn_unused_result));
/* Who must act: a table of parties. The first `parts` of them have a part on the page. */
void html_parties_write(const struct fix_list *list, unsigned parts, const char *csv,
                        struct outfile *out);

/* fix_party_name. */
void html_party_name(struct outfile *out, const struct fix_party *party);
/* Zones, contact, name servers, and what is wrong with them, of at most `most` zones. */
void html_fix_zones(struct outfile *out, const struct fix_party *party, unsigned most);
/* The problems with their addresses; `rest` is the file that lists those beyond the ranges. */
void html_fix_problems(struct outfile *out, const struct fix_party *party,
                       const struct party_ranges *ranges, const char *rest);

#endif
