/*
 * The maps as SVG: for each verdict one path of horizontal runs of cells, filled with the verdict's
 * pattern.
 */
#include "reports/html/grid.h"

#include "reports/html/write.h"

enum { SIDE = 16, CELL = 10 };

/* One cell per verdict: shapes differ as well as colours, for readers and printers without
 * colour. */
static const char *const shapes[VERDICTS] = {
    [VERDICT_PASS] = "<path d='M1 1h8v8h-8z'/>",
    [VERDICT_HOSTNAME_MISMATCH] = "<path d='M5 1l4.3 8h-8.6z'/>",
    [VERDICT_NO_PTR] =
        "<path d='M1 2.4L2.4 1 5 3.6 7.6 1 9 2.4 6.4 5 9 7.6 7.6 9 5 6.4 2.4 9 1 7.6 3.6 5z'/>",
    [VERDICT_PTR_INVALID] = "<path d='M1 7.2L7.2 1H9v1.8L2.8 9H1z'/>",
    [VERDICT_NO_FORWARD] = "<path d='M1 3.6h8v2.8h-8z'/>",
    [VERDICT_FORWARD_MISMATCH] = "<path d='M1 1.6h8v2.4h-8zM1 6h8v2.4h-8z'/>",
    [VERDICT_DNS_ERROR] = "<path d='M5 .5l4.5 4.5-4.5 4.5-4.5-4.5z'/>",
    [VERDICT_UNANSWERED] = "<path fill-rule='evenodd' d='M5 1a4 4 0 110 8 4 4 0 110-8zm0 2a2 2 0 "
                           "100 4 2 2 0 100-4z'/>",
    [VERDICT_NOT_PUBLIC] = "<circle cx='5' cy='5' r='1.6'/>",
};

const char *html_grid_shape(enum verdict verdict)
{
    return shapes[verdict];
}

void html_grid_patterns(struct outfile *out)
{
    outfile_text(out, "<svg class=\"defs\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>");
    for (unsigned i = 0; i < VERDICTS; i++)
        outfile_printf(
            out,
            "<pattern id=\"p-%s\" width=\"%d\" height=\"%d\" patternUnits=\"userSpaceOnUse\">"
            "<g class=\"%s\">%s</g></pattern>",
            verdict_row(i)->key, CELL, CELL, verdict_row(i)->key, shapes[i]);
    outfile_printf(
        out,
        "<pattern id=\"p-empty\" width=\"%d\" height=\"%d\" patternUnits=\"userSpaceOnUse\">"
        "<g class=\"empty\"><path d='M1 1h8v8h-8z'/></g></pattern></defs></svg>\n",
        CELL, CELL);
}

/* "250 pass", "3 no-ptr", each between `before` and `after`, and `between` after all but the
 * last. */
static void put_counts(struct outfile *out, const struct grid_block *block, const char *before,
                       const char *between, const char *after)
{
    bool first = true;

    for (unsigned i = 0; i < VERDICTS; i++) {
        if (block->counts[i] == 0)
            continue;
        outfile_printf(out, "%s%s%u %s%s", first ? "" : between, before, block->counts[i],
                       verdict_row(i)->key, after);
        first = false;
    }
}

/* Length of the run of cells with the verdict that starts at `cell`, within its row. */
static unsigned run_length(const struct grid_block *block, unsigned cell, enum verdict verdict)
{
    unsigned end = cell;

    do
        end++;
    while (end % SIDE != 0 && block->cells[end] == verdict);
    return end - cell;
}

static bool is_uniform(const struct grid_block *block, enum verdict verdict)
{
    return block->counts[verdict] == GRID_CELLS;
}

static void put_path(struct outfile *out, const struct grid_block *block, enum verdict verdict)
{
    outfile_printf(out, "<path class=\"m-%s\" d=\"", verdict_row(verdict)->key);
    if (is_uniform(block, verdict)) {
        outfile_printf(out, "M0 0h%dv%dH0z", SIDE * CELL, SIDE * CELL);
    } else {
        for (unsigned cell = 0; cell < GRID_CELLS;) {
            unsigned length = 1;

            if (block->cells[cell] == verdict) {
                length = run_length(block, cell, verdict);
                outfile_printf(out, "M%u %uh%uv%dh-%uz", cell % SIDE * CELL, cell / SIDE * CELL,
                               length * CELL, CELL, length * CELL);
            }
            cell += length;
        }
    }
    outfile_text(out, "\"/>");
}

static void put_network(struct outfile *out, uint32_t network)
{
    outfile_printf(out, "%u.%u.%u.0/24", network >> 16, network >> 8 & 255, network & 255);
}

static void put_link(struct outfile *out, uint32_t network, const char *explore)
{
    if (explore) {
        outfile_printf(out, "<a href=\"%s#prefix=", explore);
        put_network(out, network);
        outfile_text(out, "\">");
    }
    put_network(out, network);
    if (explore)
        outfile_text(out, "</a>");
}

static void put_map(struct outfile *out, const struct grid_block *block, const char *explore)
{
    outfile_printf(out, "<figure><svg viewBox=\"0 0 %d %d\" role=\"img\"><title>", SIDE * CELL,
                   SIDE * CELL);
    put_network(out, block->network);
    outfile_text(out, ": ");
    put_counts(out, block, "", ", ", "");
    outfile_printf(out, "</title><path class=\"m-empty\" d=\"M0 0h%dv%dH0z\"/>", SIDE * CELL,
                   SIDE * CELL);
    for (unsigned i = 0; i < VERDICTS; i++)
        if (block->counts[i] > 0)
            put_path(out, block, i);
    outfile_text(out, "</svg><figcaption><b>");
    put_link(out, block->network, explore);
    outfile_text(out, "</b> ");
    put_counts(out, block, "<span>", "", "</span>");
    outfile_text(out, "</figcaption></figure>\n");
}

void html_grid_write(struct address_grid *grid, const char *explore, struct outfile *out)
{
    const struct grid_block *block;

    address_grid_sort(grid);
    outfile_text(
        out, "<p>One map for each IPv4 /24. Cells run row by row: .0 to .15 in the top row, .240 "
             "to .255 in the bottom row. A faint cell was not audited. <a href=\"#legend\">What "
             "the shapes mean</a></p>\n<div class=\"maps\">\n");
    for (unsigned i = 0; (block = address_grid_block(grid, i)) != NULL; i++)
        put_map(out, block, explore);
    outfile_text(out, "</div>\n");
}
