#include "io/system/endpoint.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void expect(const char *text, const char *expected)
{
    struct endpoint endpoint;
    char printed[ENDPOINT_TEXT_MAX];

    cr_assert(endpoint_parse(&endpoint, text), "%s", text);
    cr_assert_eq(endpoint_print(printed, &endpoint), strlen(expected));
    cr_assert_str_eq(printed, expected);
}

Test(endpoint, addresses_and_ports)
{
    expect("192.0.2.1", "192.0.2.1");
    expect("192.0.2.1@5353", "192.0.2.1@5353");
    expect("2001:DB8:0::1@53", "2001:db8::1@53");
    expect("[2001:db8::1]@53", "2001:db8::1@53");
    expect("[2001:db8::1]", "2001:db8::1");
    expect("192.0.2.1@1", "192.0.2.1@1");
    expect("2001:db8:1111:2222:3333:4444:5555:6666@65535",
           "2001:db8:1111:2222:3333:4444:5555:6666@65535");
}

Test(endpoint, nonsense_is_refused)
{
    static const char *const texts[] = {
        "",
        "@53",
        "192.0.2.1@",
        "192.0.2.1@0",
        "192.0.2.1@65536",
        "192.0.2.1@+53",
        "192.0.2.1@5 3",
        "192.0.2.1@000053",
        "192.0.2.1:53",
        "192.0.2.1@53@53",
        "[192.0.2.1]",
        "[2001:db8::1",
        "2001:db8::1]",
        "[]",
        "fe80::1%eth0",
        "localhost",
        " 192.0.2.1",
        "192.0.2.1@53 ",
        "192.0.2.1@100000",
    };
    struct endpoint endpoint;

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        cr_assert_not(endpoint_parse(&endpoint, texts[i]), "%s", texts[i]);
}

Test(endpoint, a_port_alone)
{
    uint16_t port = 7;

    cr_expect(endpoint_parse_port(&port, ""));
    cr_expect_eq(port, 0);
    cr_expect(endpoint_parse_port(&port, "@5353"));
    cr_expect_eq(port, 5353);
    cr_expect_not(endpoint_parse_port(&port, "@"));
    cr_expect_not(endpoint_parse_port(&port, "5353"));
    cr_expect_not(endpoint_parse_port(&port, "@65536"));
}

Test(endpoint, there_is_a_route_to_loopback)
{
    struct endpoint endpoint;

    cr_assert(endpoint_parse(&endpoint, "127.0.0.53"));
    cr_expect(endpoint_has_route(&endpoint));
    cr_assert(endpoint_parse(&endpoint, "255.255.255.255")); /* needs SO_BROADCAST */
    cr_expect_not(endpoint_has_route(&endpoint));
}

Test(endpoint, loopback)
{
    static const struct {
        const char *text;
        bool loopback;
    } cases[] = {
        {"127.0.0.1", true},  {"127.255.0.3@5353", true},
        {"::1", true},        {"::ffff:127.0.0.1", true},
        {"128.0.0.1", false}, {"::2", false},
        {"::", false},        {"7f00::1", false},
    };
    struct endpoint endpoint;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        cr_assert(endpoint_parse(&endpoint, cases[i].text));
        cr_assert_eq(endpoint_is_loopback(&endpoint), cases[i].loopback, "%s", cases[i].text);
    }
}

/* expected: the nameservers of a resolv.conf with this text, or "" for a failure. Returns how many
 * lines were skipped for their interface. */
static unsigned expect_system(const char *text, const char *expected)
{
    char path[] = "/tmp/fcrdns-resolv-XXXXXX", found[ENDPOINTS_MAX * ENDPOINT_TEXT_MAX] = "";
    struct endpoint endpoints[ENDPOINTS_MAX];
    unsigned count = 0, scoped = 0;
    struct failure failure = {0};
    int fd = mkstemp(path);

    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    bool ok = endpoint_system(path, endpoints, &count, &scoped, &failure);
    unlink(path);
    cr_assert_eq(ok, count > 0);
    cr_assert_eq(ok, !failure_is_set(&failure));
    for (unsigned i = 0; i < count; i++) {
        char printed[ENDPOINT_TEXT_MAX];

        endpoint_print(printed, &endpoints[i]);
        strcat(strcat(found, i ? " " : ""), printed);
    }
    cr_assert_str_eq(found, expected);
    if (!ok)
        cr_assert(strstr(failure.text, "names no nameserver; name a resolver with --resolver"));
    return scoped;
}

Test(endpoint, recursion_in_the_process_is_a_word)
{
    struct endpoint endpoint;
    char text[ENDPOINT_TEXT_MAX];

    cr_assert(endpoint_parse(&endpoint, "recursive"));
    cr_expect(endpoint_is_recursive(&endpoint));
    cr_expect_not(endpoint_is_loopback(&endpoint));
    endpoint_print(text, &endpoint);
    cr_expect_str_eq(text, "recursive");
    endpoint_print_asked(text, &endpoint);
    cr_expect_str_eq(text, "recursion in the process");
    cr_expect_not(endpoint_parse(&endpoint, "recursive@53"));
    cr_assert(endpoint_parse(&endpoint, "192.0.2.1@53"));
    cr_expect_not(endpoint_is_recursive(&endpoint));
    endpoint_print_asked(text, &endpoint);
    cr_expect_str_eq(text, "192.0.2.1@53");
}

Test(endpoint, system_resolvers)
{
    expect_system(
        "# nameserver 192.0.2.9\nsearch example\nnameserver 192.0.2.1\r\nnameserver\t2001:db8::1 "
        "x\n"
        "nameserver fe80::1%eth0\nnameservers 192.0.2.8\nnameserver192.0.2.7\nnameserver\n"
        "nameserver 192.0.2.2;x\nnameserver 192.0.2.3",
        "192.0.2.1 2001:db8::1 192.0.2.2 192.0.2.3");
    expect_system("", "");
    expect_system("search example\n", "");
}

Test(endpoint, system_lines_with_an_interface_are_counted)
{
    cr_expect_eq(expect_system("nameserver fe80::53%eth0\nnameserver 192.0.2.1\n"
                               "nameserver\tfe80::54%2\n",
                               "192.0.2.1"),
                 2);
    cr_expect_eq(expect_system("#nameserver fe80::53%eth0\nnameserver 192.0.2.1 # 100%\n"
                               "search a%b.example\n",
                               "192.0.2.1"),
                 0);
}

Test(endpoint, system_lines_and_counts_are_bounded)
{
    char text[8192];
    size_t n = 0;

    for (unsigned i = 0; i < ENDPOINTS_MAX + 4; i++)
        n += (size_t)snprintf(text + n, sizeof(text) - n, "nameserver 192.0.2.%u\n", i);
    expect_system(text,
                  "192.0.2.0 192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4 192.0.2.5 192.0.2.6 192.0.2.7 "
                  "192.0.2.8 192.0.2.9 192.0.2.10 192.0.2.11 192.0.2.12 192.0.2.13 192.0.2.14 "
                  "192.0.2.15");
    /* The buffer holds 1023 bytes: the keyword then begins a read, but not a line. */
    memset(text, 'x', 1023);
    strcpy(text + 1023, "nameserver 192.0.2.66\nnameserver 192.0.2.1\n");
    expect_system(text, "192.0.2.1");
}

Test(endpoint, a_missing_system_file)
{
    struct endpoint endpoints[ENDPOINTS_MAX];
    unsigned count, scoped;
    struct failure failure = {0};

    cr_assert_not(endpoint_system("/nowhere/resolv.conf", endpoints, &count, &scoped, &failure));
    cr_assert_str_eq(failure.text,
                     "cannot open \"/nowhere/resolv.conf\": No such file or directory; name a "
                     "resolver with --resolver, or ask without one with --resolver recursive");
    cr_assert_eq(failure.status, EXIT_TROUBLE);
}

Test(endpoint, nameservers_with_an_interface_are_refused_by_name)
{
    struct endpoint endpoints[ENDPOINTS_MAX];
    struct failure failure = {0};
    unsigned count, scoped;
    char path[] = "/tmp/resolv.XXXXXX";
    static const char text[] = "nameserver fe80::53%eth0\n";
    int fd = mkstemp(path);

    cr_assert_eq(write(fd, text, sizeof(text) - 1), (ssize_t)sizeof(text) - 1);
    close(fd);
    cr_assert_not(endpoint_system(path, endpoints, &count, &scoped, &failure));
    unlink(path);
    cr_assert(strstr(failure.text, "names only nameservers with an interface"), "%s", failure.text);
}
