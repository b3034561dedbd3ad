#include "reports/html/picture.h"

#include <stdlib.h>

#include "reports/address_grid.h"
#include "reports/html/grid.h"

enum {
    IPV4_LENGTH = 24,
    IPV4_NETWORKS_MAX = 8192,
    IPV6_LENGTH = 64,
    IPV6_NETWORKS_MAX = 64,
};

struct picture {
    struct address_grid *addresses;
    struct network_map *ipv4;
    struct network_map *ipv6;
};

struct picture *picture_new(void)
{
    struct picture *picture = calloc(1, sizeof(*picture));

    if (!picture)
        return NULL;
    picture->addresses = address_grid_new();
    picture->ipv4 = network_map_new(IP_V4, IPV4_LENGTH, IPV4_NETWORKS_MAX);
    picture->ipv6 = network_map_new(IP_V6, IPV6_LENGTH, IPV6_NETWORKS_MAX);
    if (picture->addresses && picture->ipv4 && picture->ipv6)
        return picture;
    picture_free(picture);
    return NULL;
}

void picture_free(struct picture *picture)
{
    if (!picture)
        return;
    address_grid_free(picture->addresses);
    network_map_free(picture->ipv4);
    network_map_free(picture->ipv6);
    free(picture);
}

void picture_add(struct picture *picture, const struct report_row *row)
{
    enum verdict verdict = row->judgement->verdict;

    address_grid_add(picture->addresses, &row->address, verdict);
    network_map_add(picture->ipv4, &row->address, verdict);
    network_map_add(picture->ipv6, &row->address, verdict);
}

bool picture_is_empty(const struct picture *picture)
{
    return !network_map_at(picture->ipv4, 0) && !network_map_at(picture->ipv6, 0);
}

bool picture_write(struct picture *picture, const struct picture_files *files, struct outfile *out)
{
    bool good = true;

    if (picture_is_empty(picture))
        return true;
    outfile_text(out, "<section id=\"maps\" aria-labelledby=\"maps-title\">\n"
                      "<h2 id=\"maps-title\">The fleet</h2>\n");
    if (address_grid_is_too_small(picture->addresses))
        good = html_network_maps(picture->ipv4, files, out);
    else if (address_grid_block(picture->addresses, 0))
        html_grid_write(picture->addresses, files->explore, out);
    good = good && html_prefixes(picture->ipv6, files, out);
    outfile_text(out, "</section>\n");
    return good;
}
