/*
 * Networks of a fleet as SVG maps and as tables. In a map each cell is a network: the filled part
 * is the share of its public addresses that pass, and the mark is its most common fault.
 *
 * Both functions sort the map. False: out of memory.
 */
#ifndef REPORTS_HTML_NETWORKS_H
#define REPORTS_HTML_NETWORKS_H

#include "io/output/outfile.h"
#include "reports/network_map.h"

struct picture_files {
    const char *csv;     /* lists every address */
    const char *explore; /* the page to which a network links; NULL: none */
};

/* A map for each block of 256 networks, and the same as a folded table. */
bool html_network_maps(struct network_map *map, const struct picture_files *files,
                       struct outfile *out) __attribute__((warn_unused_result));
/* IPv6 prefixes with a bar each; nothing without IPv6 addresses. */
bool html_prefixes(struct network_map *map, const struct picture_files *files, struct outfile *out)
    __attribute__((warn_unused_result));

#endif
