#include "reports/html/row_block.h"

#include <stdlib.h>
#include <string.h>

#include "io/output/base64.h"
#include "io/output/gzip_out.h"
#include "reports/html/column_code.h"

enum { GROUP = 3, PACKED = 3 * 1024, GATHERED = 16 * 1024 };

struct row_block {
    struct outfile *out;
    const char *table;
    unsigned columns;
    unsigned rows;
    bool no_memory;
    size_t used;           /* of text */
    struct gzip_out *gzip; /* of the block that is written; NULL: none */
    size_t gathered;       /* octets in `raw` */
    char raw[GATHERED];    /* for gzip: a cell is short */
    size_t waiting;        /* octets in `packed` */
    uint8_t packed[PACKED];
    struct column_code code;
    uint32_t ends[BLOCK_ROWS * BLOCK_CELLS];
    char text[BLOCK_OCTETS];
};

_Static_assert(PACKED % GROUP == 0, "padding ends a block and occurs nowhere else");
_Static_assert(BLOCK_OCTETS > CSV_LINE_MAX + BLOCK_CELLS * UINT16_MAX, "each row fits");
_Static_assert(CSV_LINE_MAX - 2 < UINT16_MAX, "so does the length of a cell");

struct row_block *row_block_new(struct outfile *out)
{
    struct row_block *block = malloc(sizeof(*block));

    if (!block)
        return NULL;
    block->out = out;
    block->gzip = NULL;
    block->no_memory = false;
    row_block_begin(block, "", 0);
    return block;
}

void row_block_free(struct row_block *block)
{
    free(block);
}

void row_block_begin(struct row_block *block, const char *table, unsigned columns)
{
    block->table = table;
    block->columns = columns;
    block->rows = 0;
    block->used = 0;
}

/* ---- one block: column by column through gzip and base64 ---- */

static void put_packed(struct row_block *block)
{
    char text[BASE64_SIZE(PACKED)];

    outfile_write(block->out, text, base64_encode(text, block->packed, block->waiting));
    block->waiting = 0;
}

static void pack(void *context, const char *bytes, size_t length)
{
    struct row_block *block = context;

    while (length > 0) {
        size_t room = PACKED - block->waiting;
        size_t portion = length < room ? length : room;

        memcpy(block->packed + block->waiting, bytes, portion);
        block->waiting += portion;
        bytes += portion;
        length -= portion;
        if (block->waiting == PACKED)
            put_packed(block);
    }
}

static void compress_raw(struct row_block *block)
{
    gzip_out_write(block->gzip, block->raw, block->gathered);
    block->gathered = 0;
}

static void compress(void *context, const void *octets, size_t count)
{
    struct row_block *block = context;

    if (count > GATHERED - block->gathered)
        compress_raw(block);
    if (count > GATHERED) {
        gzip_out_write(block->gzip, octets, count);
        return;
    }
    memcpy(block->raw + block->gathered, octets, count);
    block->gathered += count;
}

static void put_column(struct row_block *block, unsigned column)
{
    struct column_cells cells = {.text = block->text,
                                 .ends = block->ends,
                                 .rows = block->rows,
                                 .columns = block->columns,
                                 .column = column};

    column_code_write(&block->code, &cells, compress, block);
}

static void flush(struct row_block *block)
{
    block->gzip = gzip_out_new(pack, block);
    if (!block->gzip) {
        block->no_memory = true;
        return;
    }
    outfile_printf(block->out,
                   "<script type=\"application/octet-stream\" data-table=\"%s\" data-rows=\"%u\" "
                   "data-columns=\"%u\">",
                   block->table, block->rows, block->columns);
    block->waiting = 0;
    block->gathered = 0;
    for (unsigned column = 0; column < block->columns; column++)
        put_column(block, column);
    compress_raw(block);
    gzip_out_end(block->gzip);
    put_packed(block);
    gzip_out_free(block->gzip);
    block->gzip = NULL;
    outfile_text(block->out, "</script>\n");
    row_block_begin(block, block->table, block->columns);
}

/* ---- rows ---- */

static void make_room(struct row_block *block, size_t length)
{
    if (block->rows == BLOCK_ROWS || length > BLOCK_OCTETS - block->used)
        flush(block);
}

/* After each cell is one octet, a comma in a line. */
static void add_cell(struct row_block *block, unsigned column, const char *text, size_t length)
{
    memcpy(block->text + block->used, text, length);
    block->ends[(size_t)block->rows * block->columns + column] = (uint32_t)(block->used + length);
    block->used += length + 1;
}

void row_block_add_line(struct row_block *block, const struct shown_line *line)
{
    uint32_t from;

    make_room(block, line->used + line->zones_length + 1);
    if (block->no_memory)
        return;
    from = (uint32_t)block->used;
    memcpy(block->text + block->used, line->bytes, line->used);
    for (unsigned i = 0; i + 1 < block->columns; i++)
        block->ends[(size_t)block->rows * block->columns + i] = from + line->ends[i];
    block->used += line->used;
    add_cell(block, block->columns - 1, line->zones, line->zones_length);
    block->rows++;
}

void row_block_add(struct row_block *block, const char *const *cells)
{
    size_t lengths[BLOCK_CELLS];
    size_t whole = 0;

    for (unsigned i = 0; i < block->columns; i++) {
        lengths[i] = strnlen(cells[i], UINT16_MAX);
        whole += lengths[i] + 1;
    }
    make_room(block, whole);
    if (block->no_memory)
        return;
    for (unsigned i = 0; i < block->columns; i++)
        add_cell(block, i, cells[i], lengths[i]);
    block->rows++;
}

bool row_block_end(struct row_block *block)
{
    if (block->rows > 0)
        flush(block);
    return !block->no_memory;
}
