/* The PTR names of the byte form: the light walk gives what observation_decode gives, and never
 * leaves the bytes. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/support.h"

static struct observation seen;
static struct facts_buffer facts;
static struct answer answer;

static void put(void)
{
    facts_free(&facts);
    cr_assert(facts_put_ptr(&facts, &answer));
}

/* Ends with its own block of memory, so that a sanitizer sees a step too far. */
static uint8_t *exact_copy(size_t length)
{
    uint8_t *copy = malloc(length > 0 ? length : 1);
    cr_assert_not_null(copy);
    memcpy(copy, facts.bytes, length);
    return copy;
}

/* How many names could be read; SIZE_MAX if the bytes were found unsound before their end. */
static size_t walk(const uint8_t *bytes, size_t length, struct dnsname out[ANSWER_NAMES_MAX])
{
    struct ptr_names names;
    const uint8_t *wire;
    size_t count = 0;

    if (!ptr_names_begin(&names, bytes, length))
        return SIZE_MAX;
    cr_assert_leq(names.count, ANSWER_NAMES_MAX);
    while (names.count > 0) {
        size_t size = ptr_names_next(&names, &wire);
        if (size == 0)
            return SIZE_MAX;
        cr_assert(dnsname_from_wire(&out[count++], wire, size));
    }
    return count;
}

static void expect_same_as_decoded(void)
{
    static struct dnsname names[ANSWER_NAMES_MAX];
    uint8_t *bytes = exact_copy(facts.length);

    cr_assert(observation_decode(&seen, facts.bytes, facts.length));
    cr_assert_eq(walk(bytes, facts.length, names), seen.ptr.kept);
    for (unsigned i = 0; i < seen.ptr.kept; i++) {
        cr_expect_eq(names[i].length, seen.ptr.records.names[i].length);
        cr_expect(memcmp(names[i].wire, seen.ptr.records.names[i].wire, names[i].length) == 0);
    }
    free(bytes);
}

Test(ptr_names, are_those_of_the_whole_observation)
{
    struct dnsname host = name_of("mta0.example.com");
    char text[32];

    answer_of(&answer, ANSWER_RECORDS);
    answer.tries = 300; /* numbers of more than one octet */
    answer.ttl = UINT32_MAX;
    for (unsigned i = 0; i <= ANSWER_NAMES_MAX; i++) {
        snprintf(text, sizeof text, "MTA%u.example.com", i);
        answer_add_name(&answer, i == 3 ? "." : text);
        put();
        expect_same_as_decoded();
    }
    for (unsigned i = 0; i < ANSWER_ALIASES_MAX; i++)
        answer_add_alias(&answer, "7.0-31.100.51.198.in-addr.arpa");
    put();
    expect_same_as_decoded();
    answer_of_nothing(&answer, ANSWER_NXDOMAIN, NULL, 0);
    cr_assert(facts_put_forward(&facts, &host, &answer,
                                RR_A)); /* what follows the names is passed over */
    expect_same_as_decoded();
}

Test(ptr_names, an_answer_without_records_has_none)
{
    for (enum answer_kind kind = ANSWER_NODATA; kind < ANSWER_KINDS; kind++) {
        if (kind == ANSWER_NODATA || kind == ANSWER_NXDOMAIN)
            answer_of_nothing(&answer, kind, "example.com", 60);
        else
            answer_of(&answer, kind);
        put();
        expect_same_as_decoded();
    }
}

Test(ptr_names, every_cut_is_noticed)
{
    static struct dnsname names[ANSWER_NAMES_MAX];

    answer_of_name(&answer, "mta7.example.com", 3600);
    answer_add_alias(&answer, "7.0-31.100.51.198.in-addr.arpa");
    answer_add_name(&answer, "old.example.com");
    put();
    for (size_t length = 0; length < facts.length; length++) {
        uint8_t *bytes = exact_copy(length);
        cr_expect_eq(walk(bytes, length, names), SIZE_MAX, "%zu octets", length);
        free(bytes);
    }
    cr_expect_eq(walk(facts.bytes, facts.length, names), 2);
}

Test(ptr_names, what_is_not_sound_is_refused)
{
    static struct dnsname names[ANSWER_NAMES_MAX];

    answer_of_name(&answer, "mta7.example.com", 1);
    put();
    /* version, forwards, kind, tries, RCODE, TTL, aliases, holds, total, kept, names */
    static const struct {
        unsigned at;
        uint8_t octet;
    } faults[] = {{0, 5},  {1, 19}, {2, 128}, {6, 17},  {7, 2},
                  {9, 11}, {9, 2},  {10, 64}, {10, 63}, {10, 0xC0}};
    for (unsigned i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        uint8_t *bytes = exact_copy(facts.length);
        bytes[faults[i].at] = faults[i].octet;
        cr_expect_eq(walk(bytes, facts.length, names), SIZE_MAX, "fault %u", i);
        free(bytes);
    }
}

Test(ptr_names, a_name_of_255_octets_is_the_longest)
{
    static struct dnsname names[ANSWER_NAMES_MAX];
    uint8_t bytes[10 + 258] = {1, 0, ANSWER_RECORDS, 1, 0, 1, 0, 0, 1, 1};

    for (unsigned i = 0; i < 3; i++)
        bytes[10 + 64 * i] = 63;
    bytes[10 + 192] = 61;
    cr_expect_eq(walk(bytes, 10 + 255, names), 1);
    cr_expect_eq(names[0].length, 255);
    bytes[10 + 192] = 62;
    cr_expect_eq(walk(bytes, sizeof bytes, names), SIZE_MAX);
}
