/* Has the change arrived everywhere? What vantages say beside the run, as sections of a page. */
#ifndef REPORTS_HTML_VANTAGES_H
#define REPORTS_HTML_VANTAGES_H

#include "io/output/outfile.h"
#include "reports/difference_list.h"
#include "reports/tally.h"

/* Nothing without vantages. differences: of resolvers. csv: the file that holds every address. */
void vantage_html_write(const struct vantage_roll *roll, const struct tally *tally,
                        struct difference_list *differences, const char *csv, struct outfile *out);
/* Who says what, a table for each difference; nothing for NULL. rest: the file that lists the
 * addresses for which there is no place here. */
void vantage_html_differences(const struct difference_list *differences, struct outfile *out,
                              const char *rest);

/* The name servers of the group's zone that fail for it; nothing if none does. rest: as above. */
void vantage_html_broken(const struct fix_group *group, struct outfile *out, const char *rest);

#endif
