#include "audit/dnsname.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

static struct dnsname name(const char *text)
{
    struct dnsname out;

    cr_assert(dnsname_from_text(&out, text, strlen(text)), "%s", text);
    return out;
}

static bool parses(const char *text)
{
    struct dnsname out;

    return dnsname_from_text(&out, text, strlen(text));
}

/* A name of one label holding all of `octets`. */
static struct dnsname label(const char *octets, size_t len)
{
    uint8_t wire[DNSNAME_MAX];
    struct dnsname out;

    wire[0] = (uint8_t)len;
    memcpy(wire + 1, octets, len);
    wire[len + 1] = 0;
    cr_assert(dnsname_from_wire(&out, wire, len + 2));
    return out;
}

Test(dnsname, becomes_wire_form)
{
    static const uint8_t wire[] = "\4mta7\7example\3com";
    struct dnsname with_dot = name("mta7.example.com.");
    struct dnsname without = name("mta7.example.com");

    cr_expect(eq(u8, with_dot.length, sizeof wire));
    cr_expect(eq(int, memcmp(with_dot.wire, wire, sizeof wire), 0));
    cr_expect(eq(u8, without.length, sizeof wire));
    cr_expect(eq(int, memcmp(without.wire, wire, sizeof wire), 0));
    struct dnsname root = name(".");
    cr_expect(eq(u8, root.length, 1));
    cr_expect(eq(u8, root.wire[0], 0));
}

Test(dnsname, prints_with_and_without_the_final_dot)
{
    char out[DNSNAME_TEXT_MAX];
    struct dnsname host = name("MTA7.example.com");
    struct dnsname root = name(".");

    cr_expect(eq(sz, dnsname_print(out, &host), 16));
    cr_expect_str_eq(out, "MTA7.example.com");
    cr_expect(eq(sz, dnsname_print_absolute(out, &host), 17));
    cr_expect_str_eq(out, "MTA7.example.com.");
    cr_expect(eq(sz, dnsname_print(out, &root), 1));
    cr_expect_str_eq(out, ".");
    cr_expect(eq(sz, dnsname_print_absolute(out, &root), 1));
    cr_expect_str_eq(out, ".");
}

Test(dnsname, escapes_what_would_separate)
{
    char out[DNSNAME_TEXT_MAX];
    struct dnsname odd = label("a.b\\c d\"(;)@$\n\0\x7f\xff=+-'<&,", 24);

    dnsname_print(out, &odd);
    cr_expect_str_eq(out,
                     "a\\.b\\\\c\\032d\\034\\040\\059\\041\\064\\036\\010\\000\\127\\255=+-'<&,");
    struct dnsname back = name(out);
    cr_expect(dnsname_equal(&odd, &back));
}

Test(dnsname, every_octet_survives_text)
{
    char out[DNSNAME_TEXT_MAX];

    for (unsigned octet = 0; octet < 256; octet++) {
        char c = (char)octet;
        struct dnsname in = label(&c, 1);
        size_t len = dnsname_print(out, &in);
        struct dnsname back;
        cr_assert(dnsname_from_text(&back, out, len));
        cr_expect(eq(u8, back.wire[1], octet));
        cr_expect(eq(u8, back.length, 3));
    }
}

Test(dnsname, longest_text_fits)
{
    char out[DNSNAME_TEXT_MAX];
    uint8_t wire[DNSNAME_MAX];
    struct dnsname in;

    memset(wire, 0xff, sizeof wire);
    wire[0] = wire[64] = wire[128] = 63;
    wire[192] = 61;
    wire[254] = 0;
    cr_assert(dnsname_from_wire(&in, wire, sizeof wire));
    cr_expect(eq(sz, dnsname_print_absolute(out, &in), 4 * 250 + 4));
    struct dnsname back = name(out);
    cr_expect(dnsname_equal(&in, &back));
}

Test(dnsname, refuses_bad_text)
{
    static const char *const bad[] = {
        "",    "..",   ".a",    "a..b",   "a..",      "a b",    " a",    "a\t",  "caf\xc3\xa9",
        "a\\", "a\\1", "a\\12", "a\\256", "a\\999.b", "a\\1x2", "a\\ b", "a\nb", "a\x7f",
    };
    struct dnsname out;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect(not(parses(bad[i])), "%s", bad[i]);
    cr_expect(not(dnsname_from_text(&out, "a\0b", 3)));
    cr_expect(not(dnsname_from_text(&out, "a\\255", 4))); /* the escape is cut by the length */
}

Test(dnsname, labels_hold_63_octets)
{
    char text[80];

    memset(text, 'a', sizeof text);
    strcpy(text + 63, ".b");
    cr_expect(parses(text));
    strcpy(text + 63, "a.b");
    cr_expect(not(parses(text)));
    memset(text, 'a', sizeof text);
    strcpy(text + 62, "\\065");
    cr_expect(parses(text));
    strcpy(text + 63, "\\065");
    cr_expect(not(parses(text)));
}

Test(dnsname, names_hold_255_octets)
{
    char text[300];
    struct dnsname out;

    for (unsigned i = 0; i < sizeof text; i++)
        text[i] = i % 2 == 0 ? 'a' : '.';
    cr_assert(dnsname_from_text(&out, text, 2 * 127)); /* 127 labels, dot at the end */
    cr_expect(eq(u8, out.length, 255));
    cr_expect(eq(u32, dnsname_labels(&out), 127));
    cr_expect(dnsname_from_text(&out, text, 2 * 127 - 1));
    cr_expect(not(dnsname_from_text(&out, text, 2 * 127 + 1)));
    cr_expect(not(dnsname_from_text(&out, text, 2 * 128)));
    memset(text, 'a', sizeof text);
    text[63] = text[127] = text[191] = '.';
    cr_assert(dnsname_from_text(&out, text, 192 + 61));
    cr_expect(eq(u8, out.length, 255));
    cr_expect(not(dnsname_from_text(&out, text, 192 + 62)));
}

Test(dnsname, from_wire_takes_exactly_one_name)
{
    struct dnsname out;
    static const uint8_t root[] = {0};
    static const uint8_t rest[] = {1, 'a', 0, 0};
    static const uint8_t pointer[] = {1, 'a', 0xc0, 0};
    static const uint8_t long_label[1 + 64 + 1] = {64, 'a'}; /* whole, but one octet too long */
    static const uint8_t longest_label[1 + 63 + 1] = {63, 'a'};
    static const uint8_t whole_pointer[1 + 0xc0 + 1] = {0xc0, 'a'};
    static const uint8_t no_root[] = {1, 'a'};
    static const uint8_t overrun[] = {5, 'a', 0};
    uint8_t too_long[DNSNAME_MAX + 2];

    cr_expect(dnsname_from_wire(&out, root, sizeof root));
    cr_expect(not(dnsname_from_wire(&out, root, 0)));
    cr_expect(dnsname_from_wire(&out, rest, 3));
    cr_expect(not(dnsname_from_wire(&out, rest, 4)));
    cr_expect(not(dnsname_from_wire(&out, pointer, sizeof pointer)));
    cr_expect(not(dnsname_from_wire(&out, whole_pointer, sizeof whole_pointer)));
    cr_expect(not(dnsname_from_wire(&out, long_label, sizeof long_label)));
    cr_expect(dnsname_from_wire(&out, longest_label, sizeof longest_label));
    cr_expect(not(dnsname_from_wire(&out, no_root, sizeof no_root)));
    cr_expect(not(dnsname_from_wire(&out, overrun, sizeof overrun)));
    for (unsigned i = 0; i + 1 < sizeof too_long; i += 2) {
        too_long[i] = 1;
        too_long[i + 1] = 'a';
    }
    too_long[254] = 0;
    cr_expect(dnsname_from_wire(&out, too_long, 255));
    too_long[254] = 1;
    too_long[256] = 0;
    cr_expect(not(dnsname_from_wire(&out, too_long, 257)));
}

static bool equal(const char *a, const char *b)
{
    struct dnsname left = name(a);
    struct dnsname right = name(b);

    return dnsname_equal(&left, &right);
}

static int compared(const char *a, const char *b)
{
    struct dnsname left = name(a);
    struct dnsname right = name(b);

    return dnsname_compare(&left, &right);
}

Test(dnsname, compare_is_an_order_that_agrees_with_equal)
{
    cr_expect_eq(compared("Mail.example.com", "mail.EXAMPLE.com"), 0);
    cr_expect_lt(compared("b.example", "aa.example"), 0, "the shorter one first");
    cr_expect_lt(compared("A.example", "b.example"), 0);
    cr_expect_gt(compared("b.example", "A.example"), 0);
}

Test(dnsname, equal_ignores_ascii_case_only)
{
    cr_expect(equal("MTA.Example.COM", "mta.example.com."));
    cr_expect(not(equal("mta.example.com", "mtb.example.com")));
    cr_expect(not(equal("a\\.b", "a.b"))); /* one label and two: same octets but for the length */
    cr_expect(not(equal("a@", "a`")));     /* 0x40 and 0x60 are no letters */
    cr_expect(not(equal("a[", "a{")));
    cr_expect(not(equal("\\193", "\\225"))); /* Latin-1 letters keep their case (RFC 4343 3) */
    cr_expect(not(equal("a", "a.a")));
    cr_expect(equal(".", "."));
}

static bool within(const char *a, const char *b)
{
    struct dnsname left = name(a);
    struct dnsname right = name(b);

    return dnsname_within(&left, &right);
}

Test(dnsname, within_goes_by_labels)
{
    cr_expect(within("mta.example.com", "EXAMPLE.com"));
    cr_expect(within("example.com", "example.com"));
    cr_expect(within("example.com", "."));
    cr_expect(within(".", "."));
    cr_expect(not(within(".", "com")));
    cr_expect(not(within("badexample.com", "example.com")));
    cr_expect(not(within("com", "example.com")));
    cr_expect(not(within("mta.example.org", "example.com")));
    cr_expect(not(within("a\\007example.com", "example.com")));
}

Test(dnsname, within_a_zone_as_text)
{
    struct dnsname reverse = name("7.100.51.198.IN-ADDR.arpa");
    cr_expect(dnsname_within_text(&reverse, "in-addr.arpa"));
    cr_expect(not(dnsname_within_text(&reverse, "ip6.arpa")));
    cr_expect(not(dnsname_within_text(&reverse, "..")), "no name");
}

Test(dnsname, has_its_last_label_as_top)
{
    struct dnsname host = name("mta7.corp.LOCAL"), root = name(".");
    cr_expect(dnsname_has_top(&host, "local"));
    cr_expect(not(dnsname_has_top(&host, "corp")));
    cr_expect(not(dnsname_has_top(&host, "loca")));
    cr_expect(not(dnsname_has_top(&host, "locals")));
    host = name("local");
    cr_expect(dnsname_has_top(&host, "local"));
    cr_expect(not(dnsname_has_top(&root, "local")));
}

Test(dnsname, parent_drops_the_first_label)
{
    struct dnsname it = name("a.bc.");
    struct dnsname want = name("bc.");

    cr_assert(dnsname_parent(&it, &it));
    cr_expect(dnsname_equal(&it, &want));
    cr_assert(dnsname_parent(&it, &it));
    cr_expect(eq(u8, it.length, 1));
    cr_expect(eq(u32, dnsname_labels(&it), 0));
    cr_expect(not(dnsname_parent(&it, &it)));
}

Test(dnsname, copy_and_lower)
{
    struct dnsname from = name("MTA-7.Example.COM\\200");
    struct dnsname to;
    char out[DNSNAME_TEXT_MAX];

    dnsname_copy(&to, &from);
    dnsname_lower(&to);
    dnsname_print(out, &to);
    cr_expect_str_eq(out, "mta-7.example.com\\200");
}

static void fault(const char *text, enum hostname_fault want)
{
    struct dnsname it = name(text);

    cr_expect(eq(int, dnsname_hostname_fault(&it), want), "%s", text);
}

Test(dnsname, hostname_faults)
{
    fault("mta7.example.com", HOSTNAME_OK);
    fault("7.example.com", HOSTNAME_OK);
    fault("xn--bcher-kva.example", HOSTNAME_OK);
    fault("a.b-c.d", HOSTNAME_OK);
    fault("1.2.3.4a", HOSTNAME_OK);
    fault("198-51-100-7.example.com", HOSTNAME_OK);
    fault(".", HOSTNAME_ROOT);
    fault("198.51.100.7", HOSTNAME_ADDRESS);
    fault("mail.example.123", HOSTNAME_ADDRESS);
    fault("42", HOSTNAME_ADDRESS);
    fault("localhost", HOSTNAME_LOCALHOST);
    fault("LocalHost", HOSTNAME_LOCALHOST);
    fault("mail.localhost", HOSTNAME_LOCALHOST);
    fault("localhost.localdomain", HOSTNAME_LOCALHOST);
    fault("mail.localhost.localdomain", HOSTNAME_OK);
    fault("localhost.example.com", HOSTNAME_OK);
    fault("mail", HOSTNAME_ONE_LABEL);
    fault("notlocalhost", HOSTNAME_ONE_LABEL);
    fault("arpa", HOSTNAME_ONE_LABEL);
    fault("7.100.51.198.in-addr.ARPA", HOSTNAME_ARPA);
    fault("x.arpa", HOSTNAME_ARPA);
    fault("x.tarpa", HOSTNAME_OK);
    fault("mail_1.example.com", HOSTNAME_UNDERSCORE);
    fault("_mail.exa_mple.com", HOSTNAME_UNDERSCORE);
    fault("mail_1.example.com-", HOSTNAME_NOT_LDH);
    fault("mail\\0321.my_example.com", HOSTNAME_NOT_LDH);
    fault("mail_1", HOSTNAME_ONE_LABEL);
    fault("mail_1.localhost", HOSTNAME_LOCALHOST);
    fault("-mail.example.com", HOSTNAME_NOT_LDH);
    fault("mail-.example.com", HOSTNAME_NOT_LDH);
    fault("mail.-.com", HOSTNAME_NOT_LDH);
    fault("a\\032b.example.com", HOSTNAME_NOT_LDH);
    fault("a\\.b.example.com", HOSTNAME_NOT_LDH);
    fault("a.example.c\\195", HOSTNAME_NOT_LDH);
    fault("*.example.com", HOSTNAME_NOT_LDH);
}

Test(dnsname, each_fault_has_its_own_words)
{
    for (int a = HOSTNAME_OK; a <= HOSTNAME_UNDERSCORE; a++) {
        for (int b = a + 1; b <= HOSTNAME_UNDERSCORE; b++)
            cr_expect_str_neq(hostname_fault_text(a), hostname_fault_text(b));
    }
    cr_expect_str_eq(hostname_fault_text(HOSTNAME_ONE_LABEL), "has only one label");
}

Test(dnsname, the_hash_ignores_case_of_letters_alone)
{
    struct dnsname lower = name("mta7.example"), upper = name("MTA7.eXample");
    struct dnsname at = name("a@b.example"), grave = name("a`b.example");

    cr_expect(eq(u32, dnsname_hash(&lower), dnsname_hash(&upper)));
    cr_expect(ne(u32, dnsname_hash(&at), dnsname_hash(&grave)));
}

Test(dnsname, only_the_printed_form)
{
    static const struct {
        const char *text;
        bool good;
    } CASES[] = {
        {"mta7.example.com", true}, {"MTA-7.example", true}, {".", true},   {"_x.example", true},
        {"a\\.b.example", true},    {"a.example.", false},   {"", false},   {"a..b", false},
        {"\\097.example", false},   {"\\a.example", false},  {"a b", false}};
    struct dnsname name;

    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++)
        cr_expect_eq(dnsname_from_printed(&name, CASES[i].text, strlen(CASES[i].text)),
                     CASES[i].good, "%s", CASES[i].text);
}

Test(dnsname, a_lost_final_dot)
{
    static const struct {
        const char *owner, *name, *meant;
    } CASES[] = {
        {"7.100.51.198.in-addr.arpa", "mta7.example.com.100.51.198.in-addr.arpa",
         "mta7.example.com"},
        {"7.100.51.198.in-addr.arpa", "mta7.example.com.51.198.IN-ADDR.arpa", "mta7.example.com"},
        {"70.64/28.100.51.198.in-addr.arpa", "mta.example.64/28.100.51.198.in-addr.arpa",
         "mta.example"},
        {"7.100.51.198.in-addr.arpa", "mta7.100.51.198.in-addr.arpa", NULL},
        {"7.100.51.198.in-addr.arpa", "7.100.51.198.in-addr.arpa", NULL},
        {"7.100.51.198.in-addr.arpa", "7.0.0.100.51.198.in-addr.arpa", NULL},
        {"7.100.51.198.in-addr.arpa", "mta7.example.com.in-addr.arpa", NULL},
        {"7.100.51.198.in-addr.arpa", "mta7.example.com.2.0.192.in-addr.arpa", NULL},
        {"7.100.51.198.in-addr.arpa", "mta7.example.com", NULL}};

    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct dnsname owner = name(CASES[i].owner), lost = name(CASES[i].name), meant;
        bool found = dnsname_lost_dot(&meant, &lost, &owner);

        cr_expect_eq(found, CASES[i].meant != NULL, "%s", CASES[i].name);
        if (found) {
            struct dnsname right = name(CASES[i].meant);
            cr_expect(dnsname_equal(&meant, &right), "%s", CASES[i].name);
        }
    }
}
