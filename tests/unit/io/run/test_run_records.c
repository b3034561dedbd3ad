#include "io/run/run_records.h"

#include <criterion/criterion.h>
#include <stdlib.h>

enum { RECORDS = 300 };

/* Octets that are all zero, none zero, or anything between. */
static void make(struct run_record *record, unsigned i)
{
    uint8_t *octets = (uint8_t *)record;

    srand(i);
    for (size_t at = 0; at < sizeof(*record); at++)
        octets[at] = (unsigned)rand() % RECORDS < i ? (uint8_t)rand() : 0;
    if (i == RECORDS - 1)
        memset(octets, 0xFF, sizeof(*record));
}

static void expect(struct run_records records, unsigned at, unsigned i)
{
    struct run_record *wanted = malloc(sizeof(*wanted));

    make(wanted, i);
    cr_expect_eq(memcmp(run_record_at(records, at), wanted, sizeof(*wanted)), 0, "record %u", i);
    free(wanted);
}

static struct run_records make_all(void)
{
    struct run_record *record = malloc(sizeof(*record));
    struct run_records records = {.pack = record_pack_new(RECORDS)};

    for (unsigned i = 0; i < RECORDS; i++) {
        make(record, i);
        cr_assert(record_pack_add(records.pack, record));
    }
    cr_expect_not(record_pack_add(records.pack, record), "it is full");
    free(record);
    return records;
}

Test(run_records, a_packed_record_is_the_same)
{
    struct run_records records = make_all();

    for (unsigned i = 0; i < RECORDS; i++)
        expect(records, i, i);
    expect(records, 0, 0);
    expect(records, 0, 0);
    record_pack_free(records.pack);
}

Test(run_records, another_order)
{
    uint32_t from[RECORDS];
    struct run_records records = make_all();

    for (unsigned i = 0; i < RECORDS; i++)
        from[i] = RECORDS - 1 - i;
    expect(records, 7, 7);
    cr_assert(record_pack_order(records.pack, from, RECORDS));
    for (unsigned i = 0; i < RECORDS; i++)
        expect(records, i, from[i]);
    record_pack_free(records.pack);
}
