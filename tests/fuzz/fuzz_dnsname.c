/* Input: a name as text, and the same bytes once more as wire form. */
#include <string.h>

#include "audit/dnsname.h"
#include "reports/mailbox.h"
#include "tests/fuzz/fuzz.h"

static void check_text_form(const struct dnsname *name)
{
    char text[DNSNAME_TEXT_MAX];
    struct dnsname back;
    size_t len = dnsname_print_absolute(text, name);

    REQUIRE(len < sizeof text && strlen(text) == len && text[len - 1] == '.');
    for (size_t i = 0; i < len; i++)
        REQUIRE(text[i] > ' ' && text[i] < 0x7f && strchr("\"();@$", text[i]) == NULL);
    REQUIRE(dnsname_from_text(&back, text, len));
    REQUIRE(back.length == name->length && memcmp(back.wire, name->wire, name->length) == 0);
    len = dnsname_print(text, name);
    REQUIRE(dnsname_from_text(&back, text, len));
    REQUIRE(back.length == name->length && memcmp(back.wire, name->wire, name->length) == 0);
}

static void check_family(const struct dnsname *name)
{
    struct dnsname parent;
    struct dnsname lower;
    unsigned labels = 0;

    dnsname_copy(&parent, name);
    for (; dnsname_parent(&parent, &parent); labels++) {
        REQUIRE(dnsname_within(name, &parent));
        REQUIRE(!dnsname_within(&parent, name));
    }
    REQUIRE(labels == dnsname_labels(name) && parent.length == 1);
    dnsname_copy(&lower, name);
    dnsname_lower(&lower);
    REQUIRE(dnsname_equal(name, &lower) && dnsname_within(name, &lower));
    REQUIRE(dnsname_hash(name) == dnsname_hash(&lower));
    REQUIRE(dnsname_hostname_fault(name) == dnsname_hostname_fault(&lower));
    REQUIRE(*hostname_fault_text(dnsname_hostname_fault(name)) != '\0');
}

/* As an RNAME it is shown to people as whom to write to: in one line of visible ASCII. */
static void check_mailbox(const struct dnsname *name)
{
    char text[MAILBOX_TEXT_MAX];
    size_t len = mailbox_print(text, name);

    REQUIRE(len < sizeof text && strlen(text) == len);
    REQUIRE((len == 0) == (name->length == 1));
    for (size_t i = 0; i < len; i++)
        REQUIRE(text[i] > ' ' && text[i] < 0x7f);
}

static void check_name(const struct dnsname *name)
{
    struct dnsname copy;

    REQUIRE(dnsname_from_wire(&copy, name->wire, name->length));
    check_text_form(name);
    check_family(name);
    check_mailbox(name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dnsname name;

    if (dnsname_from_text(&name, (const char *)data, size))
        check_name(&name);
    if (dnsname_from_wire(&name, data, size))
        check_name(&name);
    return 0;
}
