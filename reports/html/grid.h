/* Maps of /24 networks as SVG, and the cell patterns they share with the legend. */
#ifndef REPORTS_HTML_GRID_H
#define REPORTS_HTML_GRID_H

#include "io/output/outfile.h"
#include "reports/address_grid.h"

/* Write once, at the start of the page. */
void html_grid_patterns(struct outfile *out);
/* The SVG element of a verdict's shape, in a cell of 10 by 10. */
const char *html_grid_shape(enum verdict verdict);
/* A map for each network; nothing without IPv4 addresses. Sorts the grid. explore: the page to
 * which a network links; NULL: none. */
void html_grid_write(struct address_grid *grid, const char *explore, struct outfile *out);

#endif
