#include "io/resolver/tls_ca.h"

#include "tests/unit/io/scratch.h"

TestSuite(tls_ca, .init = scratch_make, .fini = scratch_remove);

static void expect_refusal(const char *name, const char *words)
{
    struct failure failure = {0};
    cr_expect_not(tls_ca_check(scratch_path(name), &failure));
    cr_expect_eq(failure.status, EXIT_TROUBLE);
    cr_expect_not_null(strstr(failure.text, words), "%s", failure.text);
    cr_expect_not_null(strstr(failure.text, "--tls-ca: "), "%s", failure.text);
}

Test(tls_ca, text_before_a_certificate_is_allowed)
{
    struct failure failure = {0};
    const char *file = scratch_write(
        "ca.pem",
        "Issuer: CN=Test\n-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
    cr_expect(tls_ca_check(file, &failure), "%s", failure.text);
    file = scratch_write("trusted.pem", "-----BEGIN TRUSTED CERTIFICATE-----\n");
    cr_expect(tls_ca_check(file, &failure), "%s", failure.text);
}

Test(tls_ca, a_file_without_a_certificate_is_refused)
{
    expect_refusal("missing", "No such file or directory");
    scratch_write("empty", "");
    expect_refusal("empty", "holds no certificate in PEM form");
    scratch_write("key", "-----BEGIN PRIVATE KEY-----\nMIIB\n");
    expect_refusal("key", "holds no certificate in PEM form");
    scratch_write("indented", " -----BEGIN CERTIFICATE-----\n");
    expect_refusal("indented", "holds no certificate in PEM form");
    expect_refusal("", "cannot read");
}
