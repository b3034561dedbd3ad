#include "io/lookup/answer_cache.h"

#include <stdio.h>

#include "tests/unit/support.h"

static const int64_t SECOND = 1000000000;
static const int64_t START = INT64_C(1000) * 1000000000;

static struct answer_cache *cache;
static struct cache_found found;
static int asker, other_asker; /* only their addresses matter */

static void open_cache(void)
{
    cache = answer_cache_new();
    cr_assert_not_null(cache);
}

static void close_cache(void)
{
    answer_cache_free(cache);
}

TestSuite(answer_cache, .init = open_cache, .fini = close_cache);

/* A question in flight. */
struct client {
    struct question question;
    struct cache_lease lease;
};

static struct client client_of(const char *name, uint16_t type)
{
    return (struct client){.question = {.name = name_of(name), .type = type}};
}

static enum cache_turn take_as(struct client *client, void *who, bool patient, int64_t now)
{
    client->lease =
        (struct cache_lease){.question = &client->question, .asker = who, .asking = client};
    return answer_cache_take(cache, &client->lease, patient, now, &found);
}

static enum cache_turn take(struct client *client, int64_t now)
{
    return take_as(client, &asker, true, now);
}

static struct answer positive(uint32_t ttl)
{
    return (struct answer){.kind = ANSWER_RECORDS, .ttl = ttl, .tries = 3};
}

static void keep(struct client *client, const void *wire, size_t len, struct answer answer,
                 int64_t now)
{
    answer_cache_keep(&client->lease, wire, len, &answer, now);
    cr_expect_null(client->lease.entry);
}

/* Takes the lease of an unknown question and keeps a reply. */
static void learn(const char *name, uint16_t type, size_t len, struct answer answer)
{
    static uint8_t wire[ANSWER_CACHE_REPLY_MAX + 1];
    struct client client = client_of(name, type);
    cr_assert_eq(take(&client, START), CACHE_ASK, "%s", name);
    memset(wire, name[0], sizeof(wire));
    keep(&client, wire, len, answer, START);
}

static enum cache_turn look(const char *name, uint16_t type, int64_t now)
{
    struct client client = client_of(name, type);
    enum cache_turn turn = take(&client, now);
    answer_cache_drop(&client.lease);
    return turn;
}

static void expect_size(unsigned entries, size_t bytes)
{
    struct cache_size size = answer_cache_size(cache);
    cr_expect_eq(size.entries, entries, "%u", size.entries);
    cr_expect_eq(size.bytes, bytes, "%zu", size.bytes);
}

Test(answer_cache, returns_a_kept_reply_and_its_age)
{
    struct client first = client_of("mta.example.com", RR_A);
    struct client second = client_of("mta.example.com", RR_A);
    cr_assert_eq(take(&first, START), CACHE_ASK);
    cr_assert_not_null(first.lease.entry);
    keep(&first, "reply", 5, positive(600), START + SECOND);
    cr_assert_eq(take(&second, START + 6 * SECOND), CACHE_KNOWN);
    cr_expect_null(second.lease.entry);
    cr_expect_eq(found.len, 5);
    cr_expect_eq(memcmp(found.wire, "reply", 5), 0);
    cr_expect_eq(found.tries, 3);
    cr_expect_eq(found.age, 5);
    expect_size(1, 5 + 17);
}

Test(answer_cache, a_reply_serves_as_long_as_its_ttl)
{
    learn("mta.example.com", RR_A, 5, positive(600));
    cr_expect_eq(look("mta.example.com", RR_A, START + 540 * SECOND - 1), CACHE_KNOWN);
    cr_expect_eq(found.age, 539);
    cr_expect_eq(look("mta.example.com", RR_A, START + 540 * SECOND), CACHE_ASK);
    expect_size(0, 0);
}

/* The last minute of a longer TTL would look like a short TTL. A short TTL is used to its end. */
Test(answer_cache, the_rest_of_a_long_ttl_does_not_look_short)
{
    learn("short.example", RR_A, 5, positive(60));
    learn("longer.example", RR_A, 5, positive(61));
    cr_expect_eq(look("short.example", RR_A, START + 60 * SECOND - 1), CACHE_KNOWN);
    cr_expect_eq(look("short.example", RR_A, START + 60 * SECOND), CACHE_ASK);
    cr_expect_eq(look("longer.example", RR_A, START + SECOND - 1), CACHE_KNOWN);
    cr_expect_eq(look("longer.example", RR_A, START + SECOND), CACHE_ASK);
}

Test(answer_cache, a_ttl_counts_for_a_day_at_most)
{
    learn("mta.example.com", RR_A, 5, positive(INT32_MAX));
    cr_expect_eq(look("mta.example.com", RR_A, START + (ANSWER_CACHE_TTL_MAX - 60) * SECOND - 1),
                 CACHE_KNOWN);
    cr_expect_eq(look("mta.example.com", RR_A, START + (ANSWER_CACHE_TTL_MAX - 60) * SECOND),
                 CACHE_ASK);
}

Test(answer_cache, negative_answers_are_kept_and_errors_are_not)
{
    for (int kind = 0; kind < ANSWER_KINDS; kind++) {
        char name[32];
        snprintf(name, sizeof(name), "k%d.example.com", kind);
        learn(name, RR_A, 5,
              (struct answer){.kind = (enum answer_kind)kind, .ttl = 300, .tries = 1});
        bool kept = kind == ANSWER_RECORDS || kind == ANSWER_NODATA || kind == ANSWER_NXDOMAIN;
        cr_expect_eq(look(name, RR_A, START), kept ? CACHE_KNOWN : CACHE_ASK, "%d", kind);
    }
    expect_size(3, 3 * (5 + 16));
}

/* Above all a negative answer without SOA (RFC 2308 5). */
Test(answer_cache, nothing_is_kept_without_ttl)
{
    learn("mta.example.com", RR_A, 5, positive(0));
    cr_expect_eq(look("mta.example.com", RR_A, START), CACHE_ASK);
    expect_size(0, 0);
}

Test(answer_cache, names_are_compared_without_case_and_types_apart)
{
    learn("MTA.Example.com", RR_A, 5, positive(600));
    cr_expect_eq(look("mta.eXample.COM", RR_A, START), CACHE_KNOWN);
    cr_expect_eq(look("mta.example.com", RR_AAAA, START), CACHE_ASK);
    cr_expect_eq(look("mta.example.co", RR_A, START), CACHE_ASK);
}

Test(answer_cache, octets_after_the_end_of_a_name_do_not_count)
{
    struct client client = client_of("mta.example.com", RR_A);
    learn("mta.example.com", RR_A, 5, positive(600));
    client.question.name.wire[client.question.name.length] = 'x';
    cr_expect_eq(take(&client, START), CACHE_KNOWN);
}

/* Octets other than letters that differ in bit 5, as upper and lower case do; dots inside labels.
 */
Test(answer_cache, similar_octets_make_different_names)
{
    static const char *const names[] = {"[.example",     "{.example",     "@.example",
                                        "`.example",     "\\000.example", "\\032.example",
                                        "a\\.b.example", "a.b.example",   "\\192.example",
                                        "\\224.example", "\\255.example", "."};
    enum { NAMES = sizeof(names) / sizeof(names[0]) };
    for (unsigned i = 0; i < NAMES; i++) {
        struct client client = client_of(names[i], RR_A);
        cr_assert_eq(take(&client, START), CACHE_ASK, "%s", names[i]);
        keep(&client, &i, sizeof(i), positive(600), START);
    }
    for (unsigned i = 0; i < NAMES; i++) {
        cr_assert_eq(look(names[i], RR_A, START), CACHE_KNOWN, "%s", names[i]);
        cr_expect_eq(memcmp(found.wire, &i, sizeof(i)), 0, "%s", names[i]);
    }
}

Test(answer_cache, the_longest_name_is_kept)
{
    char text[256] = "";
    for (unsigned i = 0; i < 127; i++)
        strcat(text, "a.");
    learn(text, RR_A, 5, positive(600));
    cr_expect_eq(look(text, RR_A, START), CACHE_KNOWN);
    expect_size(1, 5 + 255);
}

Test(answer_cache, a_reply_that_is_too_long_is_not_kept)
{
    learn("fits.example", RR_A, ANSWER_CACHE_REPLY_MAX, positive(600));
    learn("long.example", RR_A, ANSWER_CACHE_REPLY_MAX + 1, positive(600));
    cr_expect_eq(look("fits.example", RR_A, START), CACHE_KNOWN);
    cr_expect_eq(found.len, ANSWER_CACHE_REPLY_MAX);
    cr_expect_eq(found.wire[ANSWER_CACHE_REPLY_MAX - 1], 'f');
    cr_expect_eq(look("long.example", RR_A, START), CACHE_ASK);
}

Test(answer_cache, entries_and_bytes_stay_below_their_ceilings)
{
    for (unsigned i = 0; i < 3 * ANSWER_CACHE_ENTRIES; i++) {
        char name[32];
        snprintf(name, sizeof(name), "m%u.example", i);
        learn(name, RR_A, i % 4 ? 100 : ANSWER_CACHE_REPLY_MAX, positive(600));
        if (i % 1024 == 0) {
            struct cache_size size = answer_cache_size(cache);
            cr_assert_leq(size.entries, ANSWER_CACHE_ENTRIES);
            cr_assert_leq(size.bytes, ANSWER_CACHE_BYTES);
        }
    }
    cr_expect_gt(answer_cache_size(cache).bytes, ANSWER_CACHE_BYTES / 2);
}

/* An entry in constant use outlives many entries used once. */
Test(answer_cache, entries_in_use_are_spared)
{
    unsigned kept = 0, once = 0;
    learn("used.example", RR_A, 5, positive(600));
    learn("once.example", RR_A, 5, positive(600));
    for (unsigned i = 0; i < 4 * ANSWER_CACHE_ENTRIES; i++) {
        char name[32];
        snprintf(name, sizeof(name), "m%u.example", i);
        learn(name, RR_A, 5, positive(600));
        if (i % 512 == 0)
            kept += look("used.example", RR_A, START) == CACHE_KNOWN;
    }
    once += look("once.example", RR_A, START) == CACHE_KNOWN;
    cr_expect_eq(kept, 4 * ANSWER_CACHE_ENTRIES / 512);
    cr_expect_eq(once, 0);
}

/* An entry is spared once for each use, not for ever. */
Test(answer_cache, entries_that_were_used_make_room_for_new_ones)
{
    for (unsigned i = 0; i < 2 * ANSWER_CACHE_ENTRIES; i++) {
        char name[32];
        snprintf(name, sizeof(name), "m%u.example", i);
        learn(name, RR_A, 5, positive(600));
        cr_assert_eq(look(name, RR_A, START), CACHE_KNOWN, "%s", name);
    }
}

Test(answer_cache, the_same_asker_joins_its_question_in_flight)
{
    struct client first = client_of("mta.example.com", RR_A);
    struct client second = client_of("MTA.example.com", RR_A);
    cr_assert_eq(take(&first, START), CACHE_ASK);
    cr_assert_eq(take(&second, START), CACHE_JOIN);
    cr_expect_eq(found.asking, &first);
    cr_expect_null(second.lease.entry);
    answer_cache_drop(&first.lease);
    cr_assert_eq(take(&second, START), CACHE_ASK, "asked again after an error");
    answer_cache_drop(&second.lease);
    answer_cache_drop(&second.lease); /* no lease: no effect */
}

Test(answer_cache, another_asker_waits_until_its_patience_ends)
{
    struct client first = client_of("mta.example.com", RR_A);
    struct client second = first, third = first;
    cr_assert_eq(take(&first, START), CACHE_ASK);
    cr_assert_eq(take_as(&second, &other_asker, true, START), CACHE_WAIT);
    cr_assert_eq(take_as(&second, &other_asker, false, START), CACHE_ASK);
    cr_assert_eq(take_as(&third, &other_asker, true, START), CACHE_JOIN);
    cr_expect_eq(found.asking, &second);
    /* The first client has lost its lease: its reply is not kept, and the lease of the second
     * stays. */
    keep(&first, "late", 4, positive(600), START);
    expect_size(0, 0);
    cr_assert_eq(take(&third, START), CACHE_WAIT);
    keep(&second, "reply", 5, positive(600), START);
    cr_assert_eq(take(&third, START), CACHE_KNOWN);
    cr_expect_eq(found.len, 5);
}

/* Leases are never displaced. Without room for a lease, a question is asked and not shared. */
Test(answer_cache, the_number_of_leases_is_bounded)
{
    enum { CROWD = 2 * ANSWER_CACHE_ENTRIES };
    struct client *crowd = calloc(CROWD, sizeof(*crowd));
    unsigned leased = 0;
    cr_assert_not_null(crowd);
    for (unsigned i = 0; i < CROWD; i++) {
        char name[32];
        snprintf(name, sizeof(name), "m%u.example", i);
        crowd[i] = client_of(name, RR_A);
        cr_assert_eq(take(&crowd[i], START), CACHE_ASK);
        leased += crowd[i].lease.entry != NULL;
    }
    cr_expect_eq(leased, ANSWER_CACHE_ENTRIES / 2, "%u", leased);
    for (unsigned i = 0; i < CROWD; i++)
        keep(&crowd[i], "reply", 5, positive(600), START);
    cr_expect_eq(answer_cache_size(cache).entries, ANSWER_CACHE_ENTRIES / 2);
    free(crowd);
}
