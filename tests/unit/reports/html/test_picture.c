#include "reports/html/page_room.h"
#include "reports/html/picture.h"
#include "tests/unit/reports/made_set.h"

TestSuite(picture, .init = make_folder, .fini = drop_folder);

static struct picture *picture;
static const struct picture_files files = {.csv = "audit.csv", .explore = "explore.html"};

static void add(struct ipaddr address, enum verdict verdict)
{
    struct judgement judgement = {.verdict = verdict};
    struct report_row row = {.address = address, .judgement = &judgement};

    picture_add(picture, &row);
}

static void add_number(uint32_t number, enum verdict verdict)
{
    add(ipaddr_from_number(IP_V4, number), verdict);
}

static char *written(void)
{
    struct failure failure = {0};
    struct outfile *out = outfile_open(&opened, "part.html", &failure);

    cr_assert(picture_write(picture, &files, out));
    cr_assert(outfile_commit(out, &failure), "%s", failure.text);
    picture_free(picture);
    return text_of("part.html");
}

Test(picture, nothing_without_addresses)
{
    char *text;

    picture = picture_new();
    cr_assert(picture_is_empty(picture));
    text = written();
    cr_assert_str_empty(text);
    free(text);
}

Test(picture, sixteen_networks_are_shown_address_by_address)
{
    char *text;

    picture = picture_new();
    for (uint32_t i = 0; i < 16; i++)
        add_number(10u << 24 | i << 8 | 7, i == 3 ? VERDICT_NO_PTR : VERDICT_PASS);
    text = written();
    cr_expect_eq(count_text(text, "<figure>"), 16);
    cr_expect(has_text(text, "<title>10.0.3.0/24: 1 no-ptr</title>"));
    cr_expect(has_text(text, "<b><a href=\"explore.html#prefix=10.0.3.0/24\">10.0.3.0/24</a></b>"));
    cr_expect_not(has_text(text, "Each cell is a"));
    free(text);
}

/* Seventeen networks in two /16s: cells are filled by share and marked, and a table says the same,
 * the worst network first. */
Test(picture, more_networks_are_shown_as_cells)
{
    char *text;

    picture = picture_new();
    for (uint32_t i = 0; i < 16; i++)
        for (uint32_t j = 0; j < 8; j++)
            add_number(10u << 24 | (32 + i) << 8 | j, i == 3 && j > 0   ? VERDICT_NO_PTR
                                                      : i == 4 && j > 6 ? VERDICT_DNS_ERROR
                                                                        : VERDICT_PASS);
    add_number(11u << 24 | 255u << 8, VERDICT_NO_FORWARD);
    text = written();
    cr_expect(has_text(text, "<p>Each cell is a /24 network."));
    cr_expect(has_text(text, "<title>10.0.0.0/16: 16 networks, 93.7 % pass</title>"));
    cr_expect(has_text(text, "<title>11.0.0.0/16: 1 network, 0.0 % pass</title>"));
    cr_expect(has_text(text, "viewBox=\"-22 0 182 10\""), "empty lines are left out");
    cr_expect(has_text(text, "y=\"8\">.32</text>"));
    cr_expect(has_text(text, "y=\"8\">.240</text>"));
    cr_expect(has_text(text, "<path d=\"M0 0h30v10h-30zM50 0h110v10h-110z\" fill=\"url(#l-8)\"/>"));
    cr_expect(has_text(text, "<path d=\"M30 0h10v10h-10z\" fill=\"url(#l-1)\"/>"));
    cr_expect(has_text(text, "<path d=\"M40 0h10v10h-10z\" fill=\"url(#l-7)\"/>"));
    cr_expect(has_text(text, "<path d=\"M150 0h10v10h-10z\" fill=\"url(#l-0)\"/>"));
    cr_expect(has_text(text, "<path d=\"M40 0h10v10h-10z\" fill=\"url(#k-dns-error)\"/>"));
    cr_expect(has_text(text, "<tbody>\n<tr><th scope=\"row\"><a "
                             "href=\"explore.html#prefix=10.0.35.0/24\">10.0.35.0/24</a></th>"
                             "<td data-k=\"passes\">12.5 %</td>"));
    cr_expect_eq(count_text(text, "<tr><th"), 17 + 1);
    cr_expect_eq(count_text(text, "<div"), count_text(text, "</div>"));
    free(text);
}

Test(picture, ipv6_prefixes_have_bars)
{
    char *text;

    picture = picture_new();
    add(made_address("2001:db8:0:1::1"), VERDICT_PASS);
    add(made_address("2001:db8:0:1::2"), VERDICT_NO_PTR);
    text = written();
    cr_expect(has_text(text, "<h3>IPv6</h3>"));
    cr_expect(has_text(text, "#prefix=2001:db8:0:1::/64\">2001:db8:0:1::/64</a></th>"));
    cr_expect(has_text(text, "<rect class=\"pass\" width=\"50.0\" height=\"10\"/>"));
    free(text);
}

/* They neither pass nor fail: no share of them is named, and no fault. */
Test(picture, addresses_that_are_not_public_have_no_share)
{
    char *text;

    picture = picture_new();
    for (uint32_t i = 0; i < 17; i++)
        add_number(10u << 24 | i << 8, VERDICT_NOT_PUBLIC);
    add_number(11u << 24 | 1, VERDICT_PASS);
    add_number(11u << 24 | 2, VERDICT_NOT_PUBLIC);
    add(made_address("fd00::1"), VERDICT_NOT_PUBLIC);
    text = written();
    cr_expect(has_text(text, "<title>10.0.0.0/16: 17 networks, none is public</title>"));
    cr_expect(has_text(text, "<span>17 addresses, none is public</span>"));
    cr_expect(has_text(text, "<title>11.0.0.0/16: 1 network, 100.0 % pass</title>"));
    cr_expect(has_text(text, "fill=\"url(#k-not-public)\"/>"));
    cr_expect(has_text(text, "#prefix=fd00::/64\">fd00::/64</a></th><td data-k=\"passes\">none is "
                             "public</td><td class=\"n\" data-k=\"addresses\">1</td><td "
                             "data-k=\"most common fault\"></td>"));
    free(text);
}

/* Every /24 of IPv4 with changing shares, and IPv6 networks in all of 2000::/3. */
Test(picture, has_its_room_for_any_fleet, .timeout = 120)
{
    char *text;

    picture = picture_new();
    for (uint32_t i = 0; i < 1 << 24; i += 3)
        for (uint32_t j = 0; j < i % 5; j++)
            add_number(i << 8, (enum verdict)((i / 7 + j * i) % VERDICTS));
    for (uint32_t i = 0; i < 1 << 16; i++)
        add((struct ipaddr){.family = IP_V6,
                            .bytes = {(uint8_t)(0x20 | i >> 11), (uint8_t)(i >> 3),
                                      (uint8_t)(i << 5)}},
            VERDICT_NO_PTR);
    text = written();
    cr_expect(has_text(text, "<p>Each cell is a /12 network."));
    cr_expect_lt(strlen(text), PAGE_ROOM_PICTURE);
    free(text);

    /* 128 blocks of 64 networks: the widest map */
    picture = picture_new();
    for (uint32_t i = 0; i < 8192; i++)
        for (uint32_t j = 0; j < 13; j++)
            add_number(i / 64 << 16 | i % 64 * 4 << 8 | j,
                       j < i * 7 % 13 ? VERDICT_PASS : (enum verdict)(i % VERDICTS));
    text = written();
    cr_expect(has_text(text, "<p>Each cell is a /24 network."));
    cr_expect(has_text(text, " more networks are not drawn</b>, with "));
    cr_expect_lt(strlen(text), PAGE_ROOM_PICTURE + 20000);
    free(text);
}
