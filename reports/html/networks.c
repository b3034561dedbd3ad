#include "reports/html/networks.h"

#include <stdio.h>
#include <stdlib.h>

#include "reports/html/grid.h"
#include "reports/html/page_room.h"
#include "reports/html/write.h"
#include "reports/words.h"

enum {
    SIDE = 16,
    CELL = 10,
    LABEL = 22, /* width of the numbers before the lines */
    LEVELS = 8, /* of the filled part */
    BLOCKS_MAX = 128,
    BLOCK_BITS = 8,
    MAPS_ROOM = PAGE_ROOM_PICTURE / 10 * 6,
    TABLE_ROOM = PAGE_ROOM_PICTURE / 10 * 3,
};

/* ---- cells ---- */

static void put_patterns(struct outfile *out)
{
    outfile_text(out, "<svg class=\"defs\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>");
    for (unsigned i = 0; i <= LEVELS; i++)
        outfile_printf(
            out,
            "<pattern id=\"l-%u\" width=\"%d\" height=\"%d\" patternUnits=\"userSpaceOnUse\">"
            "<path class=\"frame\" d=\"M1 1h8v8H1z\"/><path class=\"level\" d=\"M1 %uh8V9H1z\"/>"
            "</pattern>",
            i, CELL, CELL, 1 + LEVELS - i);
    for (unsigned i = 0; i < VERDICTS; i++)
        outfile_printf(
            out,
            "<pattern id=\"k-%s\" width=\"%d\" height=\"%d\" patternUnits=\"userSpaceOnUse\">"
            "<g class=\"mark %s\" transform=\"translate(2.2 2.2) scale(.56)\">%s</g></pattern>",
            verdict_row(i)->key, CELL, CELL, verdict_row(i)->key, html_grid_shape(i));
    outfile_text(out, "</defs></svg>\n");
}

/* Full only if all pass, empty only if none does. */
static unsigned level_of(const struct network *network)
{
    uint64_t pass = network->counts[VERDICT_PASS], whole = network_public(network);
    uint64_t level = whole > 0 ? pass * LEVELS / whole : 0;

    if (whole > 0 && pass == whole)
        return LEVELS;
    return level == 0 && pass > 0 ? 1 : (unsigned)level;
}

/* The networks of one block, by place. */
struct block {
    const struct network_map *map;
    unsigned count;
    uint64_t addresses, public, pass;
    unsigned lines;          /* with a network */
    int line_at[SIDE];       /* vertical place of a line; -1: it has no network */
    int levels[SIDE * SIDE]; /* -1: no network; likewise faults */
    int faults[SIDE * SIDE];
    const struct network *first;
};

static void block_of(struct block *block, const struct network_map *map, unsigned *index)
{
    const struct network *network = network_map_at(map, *index);

    *block = (struct block){.map = map, .first = network};
    for (unsigned i = 0; i < SIDE * SIDE; i++)
        block->levels[i] = block->faults[i] = -1;
    for (unsigned i = 0; i < SIDE; i++)
        block->line_at[i] = -1;
    while (network && network_map_block(map, network) == network_map_block(map, block->first)) {
        unsigned place = network_map_place(map, network);
        enum verdict fault = network_fault(network);

        block->levels[place] = (int)level_of(network);
        block->faults[place] = fault == VERDICT_PASS ? -1 : (int)fault;
        if (block->line_at[place / SIDE] < 0)
            block->line_at[place / SIDE] = (int)(block->lines++ * CELL);
        block->count++;
        block->addresses += network->addresses;
        block->public += network_public(network);
        block->pass += network->counts[VERDICT_PASS];
        network = network_map_at(map, ++*index);
    }
}

/* One path for all cells with the value, in horizontal runs. */
static void put_path(struct outfile *out, const struct block *block, const int *cells, int value,
                     const char *pattern)
{
    bool open = false;

    for (unsigned cell = 0; cell < SIDE * SIDE;) {
        unsigned end = cell + 1;

        if (cells[cell] == value) {
            while (end % SIDE != 0 && cells[end] == value)
                end++;
            if (!open)
                outfile_text(out, "<path d=\"");
            open = true;
            outfile_printf(out, "M%u %dh%uv%dh-%uz", cell % SIDE * CELL,
                           block->line_at[cell / SIDE], (end - cell) * CELL, CELL,
                           (end - cell) * CELL);
        }
        cell = end;
    }
    if (open)
        outfile_printf(out, "\" fill=\"url(#%s)\"/>", pattern);
}

static void put_cells(struct outfile *out, const struct block *block)
{
    char pattern[40];

    outfile_printf(out, "<path class=\"m-empty\" d=\"M0 0h%dv%uH0z\"/>", SIDE * CELL,
                   block->lines * CELL);
    for (int i = 0; i <= LEVELS; i++) {
        snprintf(pattern, sizeof(pattern), "l-%d", i);
        put_path(out, block, block->levels, i, pattern);
    }
    for (int i = 0; i < VERDICTS; i++) {
        snprintf(pattern, sizeof(pattern), "k-%s", verdict_row((enum verdict)i)->key);
        put_path(out, block, block->faults, i, pattern);
    }
}

/* ---- maps ---- */

enum { SHARE_WORDS_MAX = SHARE_MAX + sizeof(" pass") };
static const char NONE_PUBLIC[] = "none is public";

/* An address that is not public neither passes nor fails. */
static void share_words(char out[SHARE_WORDS_MAX], uint64_t pass, uint64_t whole)
{
    char share[SHARE_MAX];

    share_print(share, pass, whole);
    snprintf(out, SHARE_WORDS_MAX, whole > 0 ? "%s pass" : NONE_PUBLIC, share);
}

static void put_network(struct outfile *out, const struct network_map *map,
                        const struct network *network, unsigned length)
{
    struct ipaddr address = network_map_address(map, network);

    address = ipaddr_network(&address, length);
    html_address(out, &address);
    outfile_printf(out, "/%u", length);
}

/* With a link to its rows, if there is a page for them. */
static void put_linked(struct outfile *out, const struct network_map *map,
                       const struct network *network, unsigned length,
                       const struct picture_files *files)
{
    if (files->explore) {
        outfile_printf(out, "<a href=\"%s#prefix=", files->explore);
        put_network(out, map, network, length);
        outfile_text(out, "\">");
    }
    put_network(out, map, network, length);
    if (files->explore)
        outfile_text(out, "</a>");
}

/* The octet in which the lines of a block differ, of the first address of the line. */
static unsigned line_label(const struct block *block, unsigned line, unsigned octet)
{
    struct network first = *block->first;
    unsigned below = 64 - network_map_length(block->map);
    struct ipaddr address;

    first.key -= (uint64_t)network_map_place(block->map, block->first) << below;
    first.key += (uint64_t)(line * SIDE) << below;
    address = network_map_address(block->map, &first);
    return address.bytes[octet];
}

static void put_labels(struct outfile *out, const struct block *block)
{
    unsigned octet = (network_map_length(block->map) - 5) / 8;

    for (unsigned i = 0; i < SIDE; i++)
        if (block->line_at[i] >= 0)
            outfile_printf(out, "<text x=\"-3\" y=\"%d\">%s%u</text>", block->line_at[i] + 8,
                           octet > 0 ? "." : "", line_label(block, i, octet));
}

static void put_map(struct outfile *out, const struct block *block,
                    const struct picture_files *files)
{
    unsigned length = network_map_length(block->map);
    char share[SHARE_WORDS_MAX];

    share_words(share, block->pass, block->public);
    outfile_printf(out, "<figure><svg viewBox=\"-%d 0 %d %u\" role=\"img\"><title>", LABEL,
                   LABEL + SIDE * CELL, block->lines * CELL);
    put_network(out, block->map, block->first, length - BLOCK_BITS);
    outfile_printf(out, ": %u network%s, %s</title>", block->count, plural_s(block->count), share);
    put_cells(out, block);
    put_labels(out, block);
    outfile_text(out, "</svg><figcaption><b>");
    put_linked(out, block->map, block->first, length - BLOCK_BITS, files);
    outfile_text(out, "</b> <span>");
    html_count(out, block->addresses);
    outfile_printf(out, " address%s, %s</span></figcaption></figure>\n",
                   plural_es(block->addresses), share);
}

static unsigned put_maps(struct outfile *out, const struct network_map *map,
                         const struct picture_files *files)
{
    uint64_t end = outfile_size(out) + MAPS_ROOM;
    struct block block;
    unsigned index = 0;

    outfile_text(out, "<div class=\"maps wide\">\n");
    while (network_map_at(map, index) && outfile_size(out) < end) {
        block_of(&block, map, &index);
        put_map(out, &block, files);
    }
    outfile_text(out, "</div>\n");
    return index;
}

/* ---- tables ---- */

static void put_bar(struct outfile *out, const struct network *network)
{
    outfile_printf(out,
                   "<svg class=\"bar\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" "
                   "aria-hidden=\"true\"><rect class=\"pass\" width=\"%.1f\" "
                   "height=\"10\"/></svg>",
                   100.0 * (double)network->counts[VERDICT_PASS] / (double)network_public(network));
}

static void put_row(struct outfile *out, const struct network_map *map,
                    const struct network *network, const struct picture_files *files, bool bars)
{
    enum verdict fault = network_fault(network);
    bool judged = network_public(network) > 0;
    char share[SHARE_MAX];

    share_print(share, network->counts[VERDICT_PASS], network_public(network));
    outfile_text(out, "<tr><th scope=\"row\">");
    put_linked(out, map, network, network_map_length(map), files);
    outfile_text(out, "</th><td data-k=\"passes\">");
    if (bars && judged)
        put_bar(out, network);
    outfile_printf(out, "%s</td><td class=\"n\" data-k=\"addresses\">",
                   judged ? share : NONE_PUBLIC);
    html_count(out, network->addresses);
    outfile_text(out, "</td><td data-k=\"most common fault\">");
    if (fault != VERDICT_PASS && judged) {
        html_verdict(out, fault);
        outfile_char(out, ' ');
        html_count(out, network->counts[fault]);
    }
    outfile_text(out, "</td></tr>\n");
}

static uint64_t not_passing(const struct network *network)
{
    return network_public(network) - network->counts[VERDICT_PASS];
}

static int worst_first(const void *a, const void *b)
{
    const struct network *left = *(const struct network *const *)a;
    const struct network *right = *(const struct network *const *)b;
    uint64_t more = not_passing(left), less = not_passing(right);

    if (more != less)
        return more > less ? -1 : 1;
    return (left->key > right->key) - (left->key < right->key);
}

static void put_table(struct outfile *out, const struct network_map *map,
                      const struct picture_files *files, bool bars, const struct network **networks,
                      unsigned count)
{
    uint64_t end = outfile_size(out) + TABLE_ROOM;
    unsigned shown = 0;

    outfile_printf(
        out,
        "<table class=\"receivers networks\">\n<caption>/%u networks, by addresses that do not "
        "pass</caption>\n<thead><tr><th scope=\"col\">Network</th><th scope=\"col\">Share "
        "that passes</th><th scope=\"col\" class=\"n\">Addresses</th><th "
        "scope=\"col\">Most common fault</th></tr></thead>\n<tbody>\n",
        network_map_length(map));
    for (; shown < count && outfile_size(out) < end; shown++)
        put_row(out, map, networks[shown], files, bars);
    outfile_text(out, "</tbody>\n</table>\n");
    if (shown == count)
        return;
    outfile_text(out, "<p class=\"notice\"><b>");
    html_count(out, count - shown);
    outfile_printf(out,
                   " more network%s</b>: see <code>%s</code>, which holds every address.</p>\n",
                   plural_s(count - shown), files->csv);
}

/* False: out of memory. */
static bool put_sorted(struct outfile *out, const struct network_map *map,
                       const struct picture_files *files, bool bars)
{
    const struct network **networks;
    unsigned count = 0;

    while (network_map_at(map, count))
        count++;
    networks = malloc(count * sizeof(networks[0]));
    if (!networks)
        return false;
    for (unsigned i = 0; i < count; i++)
        networks[i] = network_map_at(map, i);
    qsort(networks, count, sizeof(networks[0]), worst_first);
    put_table(out, map, files, bars, networks, count);
    free(networks);
    return true;
}

/* ---- the parts of the section ---- */

static void put_undrawn(struct outfile *out, const struct network_map *map, unsigned drawn,
                        const struct picture_files *files)
{
    uint64_t addresses = 0;
    unsigned count = 0;

    for (; network_map_at(map, drawn + count); count++)
        addresses += network_map_at(map, drawn + count)->addresses;
    if (count == 0)
        return;
    outfile_text(out, "<p class=\"notice\"><b>");
    html_count(out, count);
    outfile_printf(out, " more network%s are not drawn</b>, with ", plural_s(count));
    html_count(out, addresses);
    outfile_printf(out, " addresses: see <code>%s</code>.</p>\n", files->csv);
}

bool html_network_maps(struct network_map *map, const struct picture_files *files,
                       struct outfile *out)
{
    unsigned length, drawn;
    bool good;

    network_map_sort(map, BLOCKS_MAX);
    length = network_map_length(map);
    put_patterns(out);
    outfile_printf(out,
                   "<p>Each cell is a /%u network. The filled part is the share of its public "
                   "addresses that pass; the mark is its most common fault. A line holds 16 "
                   "networks; the number before it begins the first. A faint cell was not audited. "
                   "<a href=\"#legend\">What the shapes mean</a></p>\n",
                   length);
    drawn = put_maps(out, map, files);
    put_undrawn(out, map, drawn, files);
    outfile_text(out, "<details class=\"same\"><summary>The same as a table</summary>\n");
    good = put_sorted(out, map, files, false);
    outfile_text(out, "</details>\n");
    return good;
}

bool html_prefixes(struct network_map *map, const struct picture_files *files, struct outfile *out)
{
    network_map_sort(map, BLOCKS_MAX);
    if (!network_map_at(map, 0))
        return true;
    outfile_text(out, "<h3>IPv6</h3>\n");
    return put_sorted(out, map, files, true);
}
