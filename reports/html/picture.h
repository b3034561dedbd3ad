/*
 * The picture of the fleet: a map of the addresses of each IPv4 /24, or maps of whole networks if
 * there are more than GRID_BLOCKS_MAX; IPv6 as a list of prefixes. Memory: about 1 MB. Ownership:
 * picture_new / picture_free. Threads: one at a time.
 */
#ifndef REPORTS_HTML_PICTURE_H
#define REPORTS_HTML_PICTURE_H

#include "io/output/outfile.h"
#include "reports/html/networks.h"
#include "reports/report_row.h"

struct picture;

struct picture *picture_new(void); /* NULL: out of memory */
void picture_free(struct picture *picture);
void picture_add(struct picture *picture, const struct report_row *row);
bool picture_is_empty(const struct picture *picture);
/* Writes the section; nothing if it is empty. False: out of memory. */
bool picture_write(struct picture *picture, const struct picture_files *files, struct outfile *out)
    __attribute__((warn_unused_result));

#endif
