/* An asker over zone files: names outside all files are not asked again. */
#include "io/lookup/asker.h"
#include "io/resolver/zones.h"
#include "tests/unit/io/zones_of.h"

static struct answer got;
static unsigned given;

static void take(void *context, void *owner, unsigned slot, const struct answer *answer)
{
    (void)context, (void)owner, (void)slot;
    got = *answer;
    given++;
}

/* Asks one question, with four tries. A question not answered at once stays open. */
static struct asker_counts ask(const char *name)
{
    struct failure failure = {0};
    struct endpoint endpoint = {0};
    struct rate_limit rate_limit;
    struct zone_set *set = zone_set_new();
    add_zone(
        set,
        HEAD_OF("a.example.") "here.a.example. A 192.0.2.1\nout.a.example. CNAME x.b.example.\n"
                              "sub.a.example. NS ns.b.example.\n");
    rate_limit_init(&rate_limit, 0);
    struct asker_options options = {.engine = &resolver_zones,
                                    .zones = set,
                                    .endpoints = &endpoint,
                                    .endpoint_count = 1,
                                    .transport = TRANSPORT_TCP,
                                    .timeout_ms = 2000,
                                    .tries = 4,
                                    .window = 1,
                                    .rate_limit = &rate_limit,
                                    .give = take};
    struct asker *asker = asker_new(&options, &failure);
    struct question question = {.name = name_of(name), .type = RR_A};
    given = 0;
    cr_assert_not_null(asker);
    cr_assert(asker_ask(asker, &question, NULL, NULL, 0));
    asker_run(asker, 0);
    struct asker_counts counts = *asker_counts(asker);
    cr_expect_eq(asker_open(asker), 0, "%s is answered at once", name);
    asker_free(asker);
    zone_set_free(set);
    return counts;
}

static void expect_no_zone(const char *name, unsigned aliases)
{
    struct asker_counts counts = ask(name);
    cr_expect_eq(given, 1);
    cr_expect_eq(got.kind, ANSWER_NO_ZONE, "%s", name);
    cr_expect_eq(got.tries, 1);
    cr_expect_eq(got.alias_count, aliases);
    cr_expect_eq(counts.queries, 1);
    cr_expect_eq(counts.outages, 0);
}

Test(asker_zones, answers_names_in_a_file)
{
    ask("here.a.example");
    cr_expect_eq(got.kind, ANSWER_RECORDS);
    ask("none.a.example");
    cr_expect_eq(got.kind, ANSWER_NXDOMAIN);
}

Test(asker_zones, asks_names_outside_all_files_only_once)
{
    expect_no_zone("x.b.example", 0);
    expect_no_zone("out.a.example", 1);
    expect_no_zone("deep.sub.a.example", 0);
}
