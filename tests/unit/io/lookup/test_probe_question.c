#include "io/lookup/probe_question.h"

#include <criterion/criterion.h>

static void expect(enum probe_kind kind, uint16_t type, const char *name)
{
    struct question question;
    char text[DNSNAME_TEXT_MAX];
    probe_question(&question, kind);
    dnsname_print(text, &question.name);
    cr_expect_eq(question.type, type);
    cr_expect_str_eq(text, name);
}

Test(probe_question, asks_for_the_root_and_for_names_every_resolver_has)
{
    expect(PROBE_ROOT, RR_NS, ".");
    expect(PROBE_LOOPBACK, RR_PTR, "1.0.0.127.in-addr.arpa");
    expect(PROBE_LOCALHOST, RR_A, "localhost");
}
