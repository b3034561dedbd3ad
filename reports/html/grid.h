/* The maps of the audited networks as SVG, and the cell patterns they share with the legend. */
#ifndef REPORTS_HTML_GRID_H
#define REPORTS_HTML_GRID_H

#include "io/output/outfile.h"
#include "reports/address_grid.h"

/* Once, at the head of the page. */
void html_grid_patterns(struct outfile *out);
/* The section with the maps; nothing if there is no IPv4 address. Sorts the grid. csv: the file
 * that holds every address. */
void html_grid_write(struct address_grid *grid, const char *csv, struct outfile *out);

#endif
