/* Maps of the audited networks as SVG, and the cell patterns they share with the legend. */
#ifndef REPORTS_HTML_GRID_H
#define REPORTS_HTML_GRID_H

#include "io/output/outfile.h"
#include "reports/address_grid.h"

/* Write once, at the start of the page. */
void html_grid_patterns(struct outfile *out);
/* The section with the maps; nothing without IPv4 addresses. Sorts the grid. csv: the file that
 * lists every address. */
void html_grid_write(struct address_grid *grid, const char *csv, struct outfile *out);

#endif
