/*
 * Rows do not depend on how the bytes are cut: each input is read whole and in portions, and both
 * readings must agree. The limits and the targets made of the cells are checked, too. The first
 * byte chooses the size of the portions.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "audit/target.h"
#include "io/input/idna.h"
#include "io/input/rows.h"

struct digest {
    uint64_t hash, rows, last_line;
};

static void mix(struct digest *digest, const void *bytes, size_t length)
{
    const unsigned char *octets = bytes;
    for (size_t i = 0; i < length; i++)
        digest->hash = (digest->hash ^ octets[i]) * UINT64_C(0x100000001b3);
    digest->hash = (digest->hash ^ length) * UINT64_C(0x100000001b3);
}

static void require(bool held)
{
    if (!held)
        abort();
}

static void try_target(const struct row *row)
{
    struct target target;
    struct target_reason why;
    char ascii[IDNA_TEXT_MAX];
    const char *fault;
    size_t length;
    if (!target_parse(&target, row->cells[0].text, row->cells[0].length, &why)) {
        require(memchr(why.text, '\0', sizeof why.text) != NULL);
        return;
    }
    require(ipaddr_compare(&target.range.first, &target.range.last) <= 0);
    if (row->count > 1 &&
        idna_to_ascii(ascii, &length, row->cells[1].text, row->cells[1].length, &fault)) {
        require(length < IDNA_TEXT_MAX && strlen(ascii) == length);
        require(target_expect(&target, ascii, length, &why) || strlen(why.text) > 0);
    }
}

static bool check_row(void *context, const struct row *row)
{
    struct digest *digest = context;
    require(row->line >= 1 && row->line >= digest->last_line);
    require(row->fault ? row->count == 0 && row->length <= ROW_TEXT_MAX
                       : row->count >= 1 && row->count <= COLUMNS_MAX && row->length <= ROW_MAX);
    digest->rows++;
    digest->last_line = row->line;
    mix(digest, &row->line, sizeof row->line);
    mix(digest, row->text, row->length);
    mix(digest, row->fault ? row->fault : "", row->fault ? strlen(row->fault) : 0);
    for (unsigned i = 0; i < row->count; i++) {
        require(row->cells[i].length <= CELL_MAX);
        mix(digest, row->cells[i].text, row->cells[i].length);
    }
    if (!row->fault)
        try_target(row);
    return true;
}

static struct digest read_in(const uint8_t *bytes, size_t length, size_t portion, bool broken)
{
    struct digest digest = {0};
    struct failure failure = {0};
    struct rows *rows = rows_new(check_row, &digest, &failure);
    require(rows != NULL);
    for (size_t at = 0; at < length; at += portion)
        require(rows_feed(rows, (const char *)bytes + at,
                          length - at < portion ? length - at : portion));
    require(broken ? rows_break_off(rows) : rows_finish(rows));
    rows_free(rows);
    return digest;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    size_t portion = 1 + data[0] % 61, length = size - 1;
    for (int broken = 0; broken <= 1; broken++) {
        struct digest whole = read_in(data + 1, length, length + 1, broken);
        struct digest cut = read_in(data + 1, length, portion, broken);
        require(whole.hash == cut.hash && whole.rows == cut.rows);
    }
    return 0;
}
