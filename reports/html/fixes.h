/* What to fix: a section of audit.html with a part for each party that must act. */
#ifndef REPORTS_HTML_FIXES_H
#define REPORTS_HTML_FIXES_H

#include "io/output/outfile.h"
#include "reports/fix_list.h"

/* The parts hold the zones, problems and records of a party. *parts: the number of parties that fit
 * on the page, from the largest. csv: the file that lists every address. False with *failure set.
 */
bool html_fixes_write(struct fix_list *list, const char *csv, struct outfile *out, unsigned *parts,
                      struct failure *failure) __attribute__((warn_unused_result));

#endif
