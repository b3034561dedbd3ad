#include "io/run/found_block.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/io/run/made_found.h"

/* One number takes all of its octets. */
static struct run_found found_at(const char *text, bool settled, const char *facts)
{
    struct run_found found = made_found(text, settled, facts);
    found.elapsed_ms = UINT32_MAX;
    return found;
}

static bool begin(struct found_block *block, const char *first,
                  const struct found_block_bytes *bytes)
{
    struct ipaddr at = address_of(first);
    return found_block_begin(block, &at, bytes->bytes, bytes->length);
}

/* Writes "address+facts" (settled) or "address-facts" of each entry. */
static void block_text(const char *first, const struct found_block_bytes *bytes, char *out,
                       size_t size)
{
    struct found_block block;
    struct run_found found;
    enum found_block_step step;
    size_t used = 0;
    out[0] = '\0';
    cr_assert(begin(&block, first, bytes));
    while ((step = found_block_next(&block, &found)) == FOUND_BLOCK_ENTRY) {
        char text[IPADDR_TEXT_MAX];
        ipaddr_print(text, &found.address);
        used +=
            (size_t)snprintf(out + used, size - used, "%s%c%.*s ", text, found.settled ? '+' : '-',
                             (int)found.length, (const char *)found.facts);
        cr_expect_eq(found.checked_at, 1795437529);
        cr_expect_eq(found.elapsed_ms, 4294967295);
        cr_expect_eq(found.tries, 3);
        cr_expect_eq(found.vantage, 0);
    }
    cr_expect_eq(step, FOUND_BLOCK_END);
}

Test(found_block, holds_sixteen_neighbours_of_both_families)
{
    static const char *const cases[][2] = {{"192.0.2.0", "192.0.2.0"},
                                           {"192.0.2.0", "192.0.2.15"},
                                           {"192.0.2.16", "192.0.2.16"},
                                           {"0.0.0.0", "0.0.0.7"},
                                           {"255.255.255.240", "255.255.255.255"},
                                           {"2001:db8::10", "2001:db8::1f"},
                                           {"::", "::1"}};
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct ipaddr first = address_of(cases[i][0]), at = address_of(cases[i][1]);
        struct ipaddr block = found_block_of(&at);
        cr_expect(ipaddr_equal(&block, &first), "%s", cases[i][1]);
    }
}

Test(found_block, gives_back_what_was_merged)
{
    char text[256];
    struct found_block_bytes bytes = {0};
    struct run_found found[] = {found_at("2001:db8::20", true, "first"),
                                found_at("2001:db8::21", false, ""),
                                found_at("2001:db8::2f", true, "last")};
    cr_assert_eq(found_block_merge(&bytes, NULL, found, 3), FOUND_BLOCK_MERGED);
    block_text("2001:db8::20", &bytes, text, sizeof(text));
    cr_expect_str_eq(text, "2001:db8::20+first 2001:db8::21- 2001:db8::2f+last ");
    found_block_bytes_free(&bytes);
    cr_expect_null(bytes.bytes);
}

Test(found_block, settled_entries_are_kept_and_others_replaced)
{
    char text[256];
    struct found_block_bytes old = {0}, new = {0};
    struct found_block held;
    struct run_found before[] = {found_at("10.0.0.1", true, "a"), found_at("10.0.0.2", false, "b"),
                                 found_at("10.0.0.4", false, "c")};
    struct run_found after[] = {found_at("10.0.0.0", true, "d"), found_at("10.0.0.1", true, "e"),
                                found_at("10.0.0.2", false, "f"), found_at("10.0.0.3", true, "g")};
    cr_assert_eq(found_block_merge(&old, NULL, before, 3), FOUND_BLOCK_MERGED);
    cr_assert(begin(&held, "10.0.0.0", &old));
    cr_assert_eq(found_block_merge(&new, &held, after, 4), FOUND_BLOCK_MERGED);
    block_text("10.0.0.0", &new, text, sizeof(text));
    cr_expect_str_eq(text, "10.0.0.0+d 10.0.0.1+a 10.0.0.2-f 10.0.0.3+g 10.0.0.4-c ");
    found_block_bytes_free(&old);
    found_block_bytes_free(&new);
}

/* Compared with a plain table of sixteen entries. */
Test(found_block, merges_as_a_table_would)
{
    static const char *const words[] = {"", "x", "facts", "a longer one"};
    struct found_block_bytes held_bytes = {0}, merged = {0};
    struct run_found table[FOUND_BLOCK_ADDRESSES] = {0};
    bool there[FOUND_BLOCK_ADDRESSES] = {false};
    srand(1);
    for (unsigned round = 0; round < 2000; round++) {
        struct run_found news[FOUND_BLOCK_ADDRESSES];
        struct found_block held;
        struct run_found found;
        unsigned n = 0, place = 0;
        for (; place < FOUND_BLOCK_ADDRESSES; place++) {
            if (rand() % 3 != 0)
                continue;
            news[n] = found_at("10.0.0.32", rand() % 4 == 0, words[rand() % 4]);
            news[n].address.bytes[3] |= (uint8_t)place;
            news[n].checked_at = (int64_t)rand() - 1000;
            if (!there[place] || !table[place].settled)
                table[place] = news[n];
            there[place] = true;
            n++;
        }
        cr_assert(begin(&held, "10.0.0.32", &held_bytes));
        cr_assert_eq(found_block_merge(&merged, &held, news, n), FOUND_BLOCK_MERGED);
        cr_assert(begin(&held, "10.0.0.32", &merged));
        for (place = 0; place < FOUND_BLOCK_ADDRESSES; place++) {
            if (!there[place])
                continue;
            cr_assert_eq(found_block_next(&held, &found), FOUND_BLOCK_ENTRY);
            cr_assert(ipaddr_equal(&found.address, &table[place].address));
            cr_assert(found.checked_at == table[place].checked_at &&
                      found.settled == table[place].settled);
            cr_assert(found.length == table[place].length &&
                      memcmp(found.facts, table[place].facts, found.length) == 0);
        }
        cr_assert_eq(found_block_next(&held, &found), FOUND_BLOCK_END);
        if (round % 50 == 49) { /* once all are settled, nothing changes any more */
            merged.length = 0;
            memset(there, 0, sizeof(there));
        }
        struct found_block_bytes other = held_bytes;
        held_bytes = merged;
        merged = other;
    }
    found_block_bytes_free(&held_bytes);
    found_block_bytes_free(&merged);
}

Test(found_block, a_block_cut_anywhere_is_unsound_or_shorter)
{
    struct found_block_bytes bytes = {0}, out = {0};
    struct run_found found[] = {found_at("10.0.0.1", true, "one"),
                                found_at("10.0.0.2", true, "two")};
    const size_t whole = FOUND_BLOCK_HEAD + 3;
    cr_assert_eq(found_block_merge(&bytes, NULL, found, 2), FOUND_BLOCK_MERGED);
    cr_assert_eq(bytes.length, 2 * whole);
    for (size_t length = 0; length <= 2 * whole; length++) {
        uint8_t *cut =
            malloc(length > 0 ? length : 1); /* so that a sanitizer sees a read past the end */
        struct run_found one;
        struct found_block block;
        struct ipaddr first = address_of("10.0.0.0");
        unsigned entries = 0;
        enum found_block_step step;
        memcpy(cut, bytes.bytes, length);
        cr_assert(found_block_begin(&block, &first, cut, length));
        while ((step = found_block_next(&block, &one)) == FOUND_BLOCK_ENTRY)
            entries++;
        cr_expect_eq(entries, length / whole, "%zu", length);
        cr_expect_eq(step, length % whole == 0 ? FOUND_BLOCK_END : FOUND_BLOCK_UNSOUND, "%zu",
                     length);
        cr_assert(found_block_begin(&block, &first, cut, length));
        cr_expect_eq(found_block_merge(&out, &block, found, 2),
                     length % whole == 0 ? FOUND_BLOCK_MERGED : FOUND_BLOCK_HELD_UNSOUND, "%zu",
                     length);
        free(cut);
    }
    found_block_bytes_free(&bytes);
    found_block_bytes_free(&out);
}

/* Every value of the first octet of the second entry. */
Test(found_block, refuses_places_out_of_order_and_unknown_bits)
{
    struct found_block_bytes bytes = {0};
    struct run_found found[] = {found_at("10.0.0.1", true, ""), found_at("10.0.0.2", true, "")};
    struct run_found one;
    struct found_block block;
    cr_assert_eq(found_block_merge(&bytes, NULL, found, 2), FOUND_BLOCK_MERGED);
    for (unsigned octet = 0; octet < 256; octet++) {
        bytes.bytes[FOUND_BLOCK_HEAD] = (uint8_t)octet;
        cr_assert(begin(&block, "10.0.0.0", &bytes));
        cr_assert_eq(found_block_next(&block, &one), FOUND_BLOCK_ENTRY);
        bool sound = octet < 32 && (octet & 15) > 1;
        cr_expect_eq(found_block_next(&block, &one),
                     sound ? FOUND_BLOCK_ENTRY : FOUND_BLOCK_UNSOUND, "%u", octet);
    }
    found_block_bytes_free(&bytes);
}

Test(found_block, has_ceilings)
{
    struct found_block_bytes bytes = {0};
    struct found_block block;
    struct ipaddr first = address_of("10.0.0.0"), inside = address_of("10.0.0.1");
    static const uint8_t facts[FACTS_MAX + 1];
    struct run_found found = {.address = first, .facts = facts, .length = FACTS_MAX};
    cr_expect(found_block_begin(&block, &first, facts, FOUND_BLOCK_MAX));
    cr_expect_not(found_block_begin(&block, &first, facts, (size_t)FOUND_BLOCK_MAX + 1));
    cr_expect_not(found_block_begin(&block, &inside, facts, 0), "no block begins at this address");
    cr_expect_eq(found_block_merge(&bytes, NULL, &found, 1), FOUND_BLOCK_MERGED);
    cr_expect_eq(bytes.length, FOUND_BLOCK_HEAD + FACTS_MAX);
    found.length++;
    cr_expect_eq(found_block_merge(&bytes, NULL, &found, 1), FOUND_BLOCK_TOO_LONG);
    found_block_bytes_free(&bytes);
}
