/* The page stays below its ceiling whatever it is to show, and says what is missing. */
#include "reports/html/page_room.h"
#include "reports/html/party_part.h"
#include "reports/html/vantages.h"
#include "reports/story.h"
#include "tests/unit/reports/made_set.h"

TestSuite(page_bound, .init = make_folder, .fini = drop_folder, .timeout = 120);

static struct made_row made;

/* A label of 60 octets that take most room when printed and escaped. */
#define LABEL "&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&"

enum { PARTIES = 300 };

static size_t page_size(char *page)
{
    size_t size = strlen(page);

    free(page);
    return size;
}

/* What the run recorded, as long as it can be; each octet takes six on the page. */
static void record_much(struct report_plan *plan)
{
    static char text[STORY_VALUE_MAX];
    static struct run_story story[STORY_LINES_MAX];
    static struct receiver receiver;
    static struct receiver_list receivers;

    memset(text, '"', sizeof(text) - 1);
    for (unsigned i = 0; i < STORY_LINES_MAX; i++)
        story[i] = (struct run_story){"inputs", "Inputs", text};
    plan->story = story;
    plan->story_count = STORY_LINES_MAX;
    plan->zone_files = plan->resolver_fault = text;
    memset(receiver.name, '"', sizeof(receiver.name) - 1);
    memset(receiver.source, '"', sizeof(receiver.source) - 1);
    for (receivers.count = 0; receivers.count < RECEIVERS_MAX; receivers.count++)
        receivers.rows[receivers.count] = &receiver;
    plan->receivers = &receivers;
}

/* Owners of host names that are as long as they can be, in names full of markup; and as many
 * operators of reverse zones. */
Test(page_bound, many_parties_with_hostile_names)
{
    struct report_plan plan = plan_of(2 * PARTIES);
    struct report_set *set;
    struct receiver_result outcomes[RECEIVERS_MAX] = {{0}};
    char address[32], name[256], *page;

    record_much(&plan);
    set = open_set(&plan);
    for (unsigned i = 0; i < 2 * PARTIES; i++) {
        snprintf(address, sizeof(address), "11.%u.%u.1", i / 256, i % 256);
        snprintf(name, sizeof(name), LABEL "." LABEL ".&%u." LABEL ".example", i);
        made_begin(&made, address, NULL);
        if (i % 2 == 0) {
            made_ptr(&made, name);
            made_forward(&made, name, ANSWER_NXDOMAIN);
        } else {
            made_soa(&made.seen.ptr, name, name, name);
        }
        (void)made_row(&made, i + 1);
        made.row.receivers = outcomes;
        made.row.receiver_count = RECEIVERS_MAX;
        report_set_row(set, &made.row);
    }
    commit(set);
    page = text_of("audit.html");
    cr_expect(has_text(page, "<b>Parties that are not in this table: "));
    cr_expect(has_text(page, "<b>Parties without a part on this page: "));
    cr_expect(has_text(page, "This table does not list every address."));
    cr_expect(has_text(page, "... <i>(whole in summary.json)</i>"));
    cr_expect_lt(page_size(page), PAGE_MAX);
}

/* One party with very many separate addresses in very many zones. */
Test(page_bound, one_party_with_many_zones)
{
    struct report_plan plan = plan_of(8 * 4096);
    struct report_set *set = open_set(&plan);
    char address[32], zone[64], *page;

    for (unsigned i = 0; i < 8 * 4096; i++) {
        snprintf(address, sizeof(address), "11.%u.%u.%u", i / 256 / 8, i / 8 % 256, i % 8 * 2);
        snprintf(zone, sizeof(zone), "%u.%u.11.in-addr.arpa", i / 8 % 256, i / 256 / 8);
        made_begin(&made, address, "mta.example.com");
        made_soa(&made.seen.ptr, zone, "ns.isp.example", "hostmaster.isp.example");
        report_set_row(set, made_row(&made, i + 1));
    }
    commit(set);
    page = text_of("audit.html");
    cr_expect(has_text(page, "<b>32,668 more records</b> are in <code>handover/"), "records");
    cr_expect(has_text(page, "more: see <code>audit.csv</code></i></li>"));
    cr_expect_lt(page_size(page), PAGE_MAX);
}

/* Differences as full as they can be. */
static struct difference_list *full_differences(void)
{
    struct difference_list *list = difference_list_new();

    for (unsigned i = 0; i < DIFFERENCES_MAX; i++) {
        struct difference *one = calloc(1, sizeof(*one) + 30 * sizeof(one->results[0]));

        one->result_count = 30;
        one->question.name = made_name(LABEL "." LABEL "." LABEL ".example");
        for (unsigned j = 0; j < 30; j++) {
            memset(one->results[j].who, '&', WHO_TEXT_MAX - 1);
            memset(one->results[j].words, '<', WORDS_TEXT_MAX - 1);
        }
        for (unsigned j = 0; j < DIFFERENCE_RANGES_MAX; j++) {
            struct ipaddr address = {.family = IP_V6,
                                     .bytes = {0x20, 1, (uint8_t)i, 1, 1, 1, 1, 1}};

            address.bytes[14] = (uint8_t)(j >> 7);
            address.bytes[15] = (uint8_t)(j << 1);
            address_ranges_add(&one->addresses, &address, true);
        }
        one->next = list->first;
        list->first = one;
        list->last = list->last ? list->last : one;
        list->count++;
    }
    return list;
}

Test(page_bound, many_differences)
{
    static struct vantage_overview overview = {.resolver_count = 1};
    static struct tally tally;
    struct difference_list *list = full_differences();
    struct difference_list *none = difference_list_new();
    struct failure failure = {0};
    struct outfile *out = outfile_open(&opened, "part.html", &failure);
    char *page;

    html_vantages_write(&overview, &tally, list, none, "audit.csv", out);
    cr_assert(outfile_commit(out, &failure), "%s", failure.text);
    page = text_of("part.html");
    cr_expect(has_text(page, "<b>Not all differences are shown.</b> "));
    cr_expect_lt(page_size(page), PAGE_ROOM_VANTAGES + PAGE_OVER / 2);
    difference_list_free(none);

    /* the same in the part of a party */
    struct fix_group group = {.differences = list};
    struct fix_group next = {.differences = list};
    struct fix_party party = {.first = &group, .zone_count = 2};
    struct party_ranges ranges = {0};
    struct party_view view = {.rest = "audit.csv", .end = 100000};

    group.next = &next;
    out = outfile_open(&opened, "part.html", &failure);
    html_party_problems(out, &party, &ranges, &view);
    cr_assert(outfile_commit(out, &failure), "%s", failure.text);
    page = text_of("part.html");
    cr_expect(has_text(page, "<b>Name servers of 1 more zone</b> answer differently or fail"));
    cr_expect_lt(page_size(page), 200000);
    difference_list_free(list);
}
