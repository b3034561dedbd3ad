#include "reports/handover/party_rows.h"

#include <stdlib.h>
#include <string.h>

#include "io/output/spool.h"

/* A row as bytes: its length, then the fields in sort order. */
enum {
    AT_FAMILY = 0,
    AT_ADDRESS = 1,
    AT_NO_RECORD = 17,
    AT_TYPE = 18,
    AT_OWNER = 19, /* length octet (0: none) and wire form of the owner; then the same for the host;
                      then the verdict */
    ROW_MAX = AT_OWNER + 2 * (1 + DNSNAME_MAX) + 1,
    PREFIX = sizeof(uint16_t),
};

struct party_rows {
    struct spool *spool;
    size_t used;
    unsigned count;
    uint8_t *sorted[SORT_ROWS];
    uint8_t bytes[SORT_BYTES];
};

struct party_rows *party_rows_open(const struct folder *folder, unsigned count,
                                   struct failure *failure)
{
    struct party_rows *rows = malloc(sizeof(*rows));

    if (!rows) {
        failure_out_of_memory(failure);
        return NULL;
    }
    rows->spool = spool_open(folder, count, failure);
    if (!rows->spool) {
        free(rows);
        return NULL;
    }
    return rows;
}

void party_rows_free(struct party_rows *rows)
{
    if (rows)
        spool_free(rows->spool);
    free(rows);
}

static size_t put_name(uint8_t *out, const struct dnsname *name)
{
    out[0] = name ? name->length : 0;
    if (name)
        memcpy(out + 1, name->wire, name->length);
    return 1 + (size_t)out[0];
}

void party_rows_add(struct party_rows *rows, unsigned party, const struct report_row *row,
                    const struct fix *fix)
{
    uint8_t bytes[PREFIX + ROW_MAX];
    uint8_t *at = bytes + PREFIX;
    uint16_t length;

    at[AT_FAMILY] = row->address.family;
    memcpy(at + AT_ADDRESS, row->address.bytes, sizeof(row->address.bytes));
    at[AT_NO_RECORD] = !fix->has_record;
    at[AT_TYPE] = (uint8_t)fix->type;
    at += AT_OWNER;
    at += put_name(at, fix->has_record ? &fix->owner : NULL);
    at += put_name(at, fix->has_record && fix->type == RR_PTR ? &fix->host : NULL);
    *at++ = (uint8_t)row->judgement->verdict;
    length = (uint16_t)(at - bytes - PREFIX);
    memcpy(bytes, &length, PREFIX);
    spool_write(rows->spool, party, bytes, PREFIX + length);
}

static uint16_t length_of(const uint8_t *row)
{
    uint16_t length;

    memcpy(&length, row, PREFIX);
    return length;
}

static int by_bytes(const void *a, const void *b)
{
    const uint8_t *left = *(uint8_t *const *)a;
    const uint8_t *right = *(uint8_t *const *)b;
    uint16_t left_length = length_of(left);
    uint16_t right_length = length_of(right);
    int order = memcmp(left + PREFIX, right + PREFIX,
                       left_length < right_length ? left_length : right_length);

    return order != 0 ? order : left_length - right_length;
}

/* Reads as many rows as fit; false: no more. */
static bool read_portion(struct party_rows *rows)
{
    rows->used = 0;
    rows->count = 0;
    while (rows->count < SORT_ROWS && rows->used + PREFIX + ROW_MAX <= SORT_BYTES) {
        uint8_t *row = rows->bytes + rows->used;

        if (spool_read(rows->spool, row, PREFIX) < PREFIX ||
            spool_read(rows->spool, row + PREFIX, length_of(row)) < length_of(row))
            break;
        rows->sorted[rows->count++] = row;
        rows->used += PREFIX + length_of(row);
    }
    qsort(rows->sorted, rows->count, sizeof(rows->sorted[0]), by_bytes);
    return rows->count > 0;
}

/* Compares all but the verdict: an address in several input rows asks for a record once. */
static bool is_repeated(const uint8_t *row, const uint8_t *before)
{
    const uint8_t *fields = row + PREFIX;

    if (!before || memcmp(fields, before + PREFIX, AT_NO_RECORD) != 0)
        return false;
    return fields[AT_NO_RECORD] || (length_of(row) == length_of(before) &&
                                    memcmp(fields, before + PREFIX, length_of(row) - 1u) == 0);
}

static size_t get_name(struct dnsname *out, const uint8_t *bytes)
{
    out->length = bytes[0];
    memcpy(out->wire, bytes + 1, bytes[0]);
    return 1 + (size_t)bytes[0];
}

static void decode(struct party_row *out, const uint8_t *row)
{
    const uint8_t *fields = row + PREFIX;
    const uint8_t *at = fields + AT_OWNER;

    out->address.family = fields[AT_FAMILY];
    memcpy(out->address.bytes, fields + AT_ADDRESS, sizeof(out->address.bytes));
    out->fix.has_record = !fields[AT_NO_RECORD];
    out->fix.type = fields[AT_TYPE];
    out->fix.address = out->address;
    at += get_name(&out->fix.owner, at);
    at += get_name(&out->fix.host, at);
    out->verdict = *at;
}

bool party_rows_each(struct party_rows *rows, unsigned party,
                     void (*visit)(void *context, const struct party_row *row), void *context,
                     struct failure *failure)
{
    spool_rewind(rows->spool, party);
    while (read_portion(rows)) {
        for (unsigned i = 0; i < rows->count; i++) {
            struct party_row row;

            if (is_repeated(rows->sorted[i], i > 0 ? rows->sorted[i - 1] : NULL))
                continue;
            decode(&row, rows->sorted[i]);
            visit(context, &row);
        }
    }
    return spool_good(rows->spool, failure);
}
