#include "audit/walk.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TEXT_MAX = 8192, SPANS_MAX = 1024 };

static struct ipaddr address(const char *text, size_t len)
{
    struct ipaddr out;
    cr_assert(ipaddr_parse(&out, text, len), "%.*s", (int)len, text);
    return out;
}

/* "first-last=host", or "address", and so on. */
static struct span span(const char *text)
{
    struct span out = {.has_expected = false};
    size_t len = strcspn(text, "-=");
    out.range.first = out.range.last = address(text, len);
    text += len;
    if (*text == '-') {
        len = strcspn(++text, "=");
        out.range.last = address(text, len);
        text += len;
    }
    if (*text == '=') {
        out.has_expected = true;
        cr_assert(dnsname_from_text(&out.expected, text + 1, strlen(text + 1)));
    }
    return out;
}

/* Words of blank-separated spans. */
struct feed {
    char words[TEXT_MAX];
    char *rest;
};

static struct feed *feed_new(const char *spans)
{
    struct feed *feed = malloc(sizeof *feed);
    snprintf(feed->words, sizeof feed->words, "%s", spans);
    feed->rest = feed->words;
    return feed;
}

static void feed_next(struct feed *feed, struct walk *walk)
{
    char *word = strtok_r(NULL, " ", &feed->rest);
    if (word == NULL) {
        walk_end(walk);
        return;
    }
    struct span next = span(word);
    walk_feed(walk, &next);
}

static size_t print_unit(char *out, size_t size, const struct walk_unit *unit)
{
    char text[IPADDR_TEXT_MAX], host[DNSNAME_TEXT_MAX];
    ipaddr_print(text, &unit->address);
    size_t used = (size_t)snprintf(out, size, "%s", text);
    for (unsigned i = 0; i < unit->expected_count; i++) {
        dnsname_print(host, &unit->expected[i]);
        used += (size_t)snprintf(out + used, size - used, "%c%s", i > 0 ? '+' : '=', host);
    }
    return used + (size_t)snprintf(out + used, size - used, unit->expected_cut ? "+... " : " ");
}

static void walk_text(const char *spans, bool skip_special, char out[TEXT_MAX])
{
    struct feed *feed = feed_new(spans);
    struct walk *walk = walk_new(skip_special);
    struct walk_unit unit;
    enum walk_step step;
    size_t used = 0;
    out[0] = '\0';
    while ((step = walk_next(walk, &unit)) != WALK_DONE) {
        if (step == WALK_NEEDS_SPAN)
            feed_next(feed, walk);
        else
            used += print_unit(out + used, TEXT_MAX - used, &unit);
        cr_assert_lt(used, TEXT_MAX);
    }
    cr_expect_eq(walk_next(walk, &unit), WALK_DONE, "done stays done");
    walk_free(walk);
    free(feed);
}

static ip_count walk_total(const char *spans, bool skip_special)
{
    struct feed *feed = feed_new(spans);
    struct walk *walk = walk_new(skip_special);
    enum walk_step step;
    ip_count total = 0;
    struct iprange range;
    while ((step = walk_range(walk, &range)) != WALK_DONE) {
        if (step == WALK_NEEDS_SPAN)
            feed_next(feed, walk);
        else
            total += iprange_count(&range);
    }
    walk_free(walk);
    free(feed);
    return total;
}

static void expect_walk(const char *spans, const char *units)
{
    char text[TEXT_MAX];
    unsigned count = 0;
    walk_text(spans, false, text);
    cr_expect_str_eq(text, units, "%s: %s", spans, text);
    for (const char *c = units; *c != '\0'; c++)
        count += *c == ' ';
    cr_expect(walk_total(spans, false) == count, "%s", spans);
}

Test(walk, of_nothing_is_empty)
{
    expect_walk("", "");
}

Test(walk, gives_addresses_in_order_each_once)
{
    expect_walk("10.0.0.1", "10.0.0.1 ");
    expect_walk("10.0.0.1 10.0.0.1 10.0.0.1", "10.0.0.1 ");
    expect_walk("10.0.0.255-10.0.1.1 10.0.1.1-10.0.1.2", "10.0.0.255 10.0.1.0 10.0.1.1 10.0.1.2 ");
    expect_walk("10.0.0.1-10.0.0.4 10.0.0.2-10.0.0.3", "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 ");
    expect_walk("10.0.0.1 10.0.0.1-10.0.0.2 10.0.0.2-10.0.0.3 10.0.0.5",
                "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.5 ");
    expect_walk("10.0.0.1-10.0.0.2 10.0.0.3-10.0.0.4", "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 ");
}

Test(walk, ends_where_a_family_ends)
{
    expect_walk("255.255.255.254-255.255.255.255 ::-::1",
                "255.255.255.254 255.255.255.255 :: ::1 ");
    expect_walk("0.0.0.0 255.255.255.255 255.255.255.255=a.example ::",
                "0.0.0.0 255.255.255.255=a.example :: ");
    expect_walk("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ");
}

Test(walk, collects_the_names_of_all_spans_that_hold_an_address)
{
    expect_walk(
        "10.0.0.1-10.0.0.4=a.example 10.0.0.2-10.0.0.3=b.example 10.0.0.3=c.example",
        "10.0.0.1=a.example 10.0.0.2=a.example+b.example 10.0.0.3=a.example+b.example+c.example "
        "10.0.0.4=a.example ");
    expect_walk("10.0.0.1-10.0.0.2=a.example 10.0.0.2-10.0.0.3",
                "10.0.0.1=a.example 10.0.0.2=a.example 10.0.0.3 ");
    expect_walk("10.0.0.1 10.0.0.1=a.example 10.0.0.1=b.example", "10.0.0.1=a.example+b.example ");
}

Test(walk, one_name_in_several_spans_counts_once)
{
    expect_walk("10.0.0.1-10.0.0.3=a.example 10.0.0.2-10.0.0.4=A.Example 10.0.0.3=a.example",
                "10.0.0.1=a.example 10.0.0.2=a.example 10.0.0.3=a.example 10.0.0.4=a.example ");
}

/* Names that ended must leave their places to those that follow. */
Test(walk, names_that_ended_are_forgotten)
{
    char spans[TEXT_MAX] = "10.0.0.0-10.0.1.255";
    char text[TEXT_MAX];
    for (int i = 0; i < 3 * WALK_OPEN_MAX; i++)
        sprintf(spans + strlen(spans), " 10.0.0.%d=n%d.example", i, i);
    walk_text(spans, false, text);
    cr_expect_not_null(strstr(text, " 10.0.0.191=n191.example 10.0.0.192 "), "%s", text);
    cr_expect(walk_total(spans, false) == 512);
}

Test(walk, expected_names_have_a_ceiling)
{
    char spans[TEXT_MAX] = "";
    char text[TEXT_MAX];
    for (int i = 0; i < 2 * WALK_OPEN_MAX; i++)
        sprintf(spans + strlen(spans), "10.0.0.1-10.0.0.2=n%d.example ", i);
    strcat(spans, "10.0.0.3=z.example");
    walk_text(spans, false, text);
    cr_expect_str_eq(
        text,
        "10.0.0.1=n0.example+n1.example+n2.example+n3.example+n4.example+n5.example+n6.example+"
        "n7.example+... 10.0.0.2=n0.example+n1.example+n2.example+n3.example+n4.example+n5.example+"
        "n6.example+n7.example+... 10.0.0.3=z.example+... ",
        "where names were left out, their extent is unknown");
}

Test(walk, tells_where_names_are_left_out)
{
    expect_walk("10.0.0.1=a.x 10.0.0.1=b.x 10.0.0.1=c.x 10.0.0.1=d.x 10.0.0.1=e.x 10.0.0.1=f.x "
                "10.0.0.1=g.x "
                "10.0.0.1=h.x 10.0.0.2=a.x",
                "10.0.0.1=a.x+b.x+c.x+d.x+e.x+f.x+g.x+h.x 10.0.0.2=a.x ");
    expect_walk("10.0.0.1=a.x 10.0.0.1=b.x 10.0.0.1=c.x 10.0.0.1=d.x 10.0.0.1=e.x 10.0.0.1=f.x "
                "10.0.0.1=g.x "
                "10.0.0.1=h.x 10.0.0.1=i.x 10.0.0.2=a.x",
                "10.0.0.1=a.x+b.x+c.x+d.x+e.x+f.x+g.x+h.x+... 10.0.0.2=a.x ");
}

Test(walk, passes_over_special_addresses)
{
    char text[TEXT_MAX];
    walk_text("9.255.255.255-10.0.0.1 10.255.255.254-11.0.0.0=a.example", true, text);
    cr_expect_str_eq(text, "9.255.255.255 11.0.0.0=a.example ");
    walk_text("192.0.0.0-192.0.0.255", true, text);
    cr_expect_str_eq(text, "192.0.0.9 192.0.0.10 ", "%s", text);
    walk_text("10.0.0.0-10.0.0.255 127.0.0.1=a.example 2001:db8::-2001:db8::ffff", true, text);
    cr_expect_str_eq(text, "");
    cr_expect(walk_total("9.255.255.255-11.0.0.0", true) == 2);
    cr_expect(walk_total("0.0.0.0-255.255.255.255", false) == (ip_count)1 << 32);
}

Test(walk, counts_without_walking)
{
    cr_expect(walk_total("10.0.0.0-10.255.255.255 10.0.0.0-10.0.0.255=a.example 11.0.0.0", false) ==
              (1 << 24) + 1);
    cr_expect(walk_total("2a00::-2a00::ffff:ffff:ffff:ffff", true) == (ip_count)1 << 64);
    cr_expect(walk_total("::-7fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false) == (ip_count)1
                                                                                     << 127);
}

/* Only a damaged run file is out of order: the walk goes on, and never turns back while it is under
 * way. */
Test(walk, survives_spans_out_of_order)
{
    char text[TEXT_MAX];
    walk_text("10.0.0.5-10.0.0.9 10.0.0.1-10.0.0.2=a.example 10.0.0.7-10.0.0.8", false, text);
    cr_expect_str_eq(text, "10.0.0.5 10.0.0.6 10.0.0.7 10.0.0.8 10.0.0.9 ");
    walk_text("::1-::3 10.0.0.1 ::2-::4", false, text);
    cr_expect_str_eq(text, "::1 ::2 ::3 ::4 ");
}

Test(walk, free_takes_null)
{
    walk_free(NULL);
}

Test(walk, makes_the_names_of_a_pattern)
{
    expect_walk("10.0.0.7-10.0.0.9=mta{4}.example.com",
                "10.0.0.7=mta7.example.com 10.0.0.8=mta8.example.com 10.0.0.9=mta9.example.com ");
    expect_walk("10.0.0.7-10.0.0.8=m{n}.example.com 10.0.0.8=a.example.com",
                "10.0.0.7=m1.example.com 10.0.0.8=m2.example.com+a.example.com ");
    /* the same pattern counts from the begin of each range */
    expect_walk("10.0.0.1-10.0.0.3=m{n}.example.com 10.0.0.2-10.0.0.3=m{n}.example.com",
                "10.0.0.1=m1.example.com 10.0.0.2=m2.example.com+m1.example.com "
                "10.0.0.3=m3.example.com+m2.example.com ");
}

Test(walk, a_domain_is_no_name_to_look_up_but_more_may_be_expected)
{
    expect_walk("10.0.0.7=*.example.com 10.0.0.8", "10.0.0.7+... 10.0.0.8 ");
    expect_walk("10.0.0.7=*.example.com 10.0.0.7=a.example.com", "10.0.0.7=a.example.com+... ");
}

/* Skips up to `last` after each unit without names. */
static void expect_skips(const char *spans, const char *last, const char *units, unsigned skipped)
{
    struct feed *feed = feed_new(spans);
    struct walk *walk = walk_new(false);
    struct ipaddr end = address(last, strlen(last));
    struct walk_unit unit;
    char text[TEXT_MAX] = "";
    enum walk_step step;
    ip_count sum = 0;
    size_t used = 0;
    while ((step = walk_next(walk, &unit)) != WALK_DONE) {
        if (step == WALK_NEEDS_SPAN) {
            feed_next(feed, walk);
            continue;
        }
        used += print_unit(text + used, TEXT_MAX - used, &unit);
        if (unit.expected_count == 0)
            sum += walk_skip(walk, &end);
    }
    cr_expect_str_eq(text, units, "%s: %s", spans, text);
    cr_expect(sum == skipped, "%s", spans);
    walk_free(walk);
    free(feed);
}

Test(walk, skips_addresses_without_expected_names)
{
    expect_skips("11.0.0.0-11.0.0.255", "11.0.0.253", "11.0.0.0 11.0.0.254 11.0.0.255 ", 253);
    expect_skips("11.0.0.0-11.0.0.9", "11.0.3.0", "11.0.0.0 ", 9);
    expect_skips("11.0.0.0-11.0.0.9", "10.0.0.0",
                 "11.0.0.0 11.0.0.1 11.0.0.2 11.0.0.3 11.0.0.4 11.0.0.5 11.0.0.6 11.0.0.7 "
                 "11.0.0.8 11.0.0.9 ",
                 0);
    expect_skips("11.0.0.0-11.0.0.9 11.0.0.4=a.example", "11.0.0.255",
                 "11.0.0.0 11.0.0.4=a.example 11.0.0.5 ", 7);
    expect_skips("255.255.255.0-255.255.255.255 ::-::9", "255.255.255.255",
                 "255.255.255.0 :: ::1 "
                 "::2 ::3 ::4 ::5 ::6 ::7 ::8 ::9 ",
                 255);
}
