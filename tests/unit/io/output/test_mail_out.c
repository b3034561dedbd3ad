#include "io/output/mail_out.h"

#include <fcntl.h>

#include "tests/unit/io/scratch.h"

static struct folder opened;

static void make(void)
{
    struct failure failure = {0};

    scratch_make();
    cr_assert(folder_open(&opened, scratch, &failure), "%s", failure.text);
}

TestSuite(mail_out, .init = make, .fini = scratch_remove);

static char written[200000];

/* What `write` writes, as text. */
static const char *text_by(void (*write)(struct outfile *out))
{
    struct failure failure = {0};
    struct outfile *out = outfile_open(&opened, "out", &failure);

    cr_assert_not_null(out);
    write(out);
    cr_assert(outfile_commit(out, &failure), "%s", failure.text);
    FILE *file = fopen(scratch_path("out"), "r");
    written[fread(written, 1, sizeof(written) - 1, file)] = '\0';
    fclose(file);
    return written;
}

static void put_quoted(struct outfile *out)
{
    static const char text[] = "Gr\xc3\xbc\xc3\x9f"
                               "e = 1 \nend";

    mail_quoted(out, text, strlen(text));
}

static void put_long(struct outfile *out)
{
    char text[200];

    memset(text, 'x', sizeof(text));
    mail_quoted(out, text, sizeof(text));
}

/* A host with that name in a record at the margin of a ticket. */
static void put_from(struct outfile *out)
{
    static const char text[] = "From 3600 IN A 192.0.2.1\nFrom\n";

    mail_quoted(out, text, strlen(text));
}

Test(mail_out, quoted_printable)
{
    cr_expect_str_eq(text_by(put_quoted), "Gr=C3=BC=C3=9Fe =3D 1=20\r\nend");
    const char *text = text_by(put_long);

    cr_expect_eq(strlen(text), 200 + 2 * strlen("=\r\n"));
    cr_expect_eq(strcspn(text, "\r"), 76);
    cr_expect_str_eq(text_by(put_from), "=46rom 3600 IN A 192.0.2.1\r\nFrom\r\n");
}

static void put_files(struct outfile *out)
{
    struct failure failure = {0};

    cr_assert(mail_base64_file(out, &opened, "one", &failure));
    cr_assert(mail_base64_file(out, &opened, "two", &failure));
    cr_assert(mail_base64_file(out, &opened, "empty", &failure));
    cr_assert(mail_base64_file(out, &opened, "line", &failure));
    cr_assert(mail_quoted_file(out, &opened, "three", &failure));
}

Test(mail_out, files)
{
    scratch_write("one", "a");
    scratch_write("two", "ab");
    scratch_write("three", "abc\n");
    scratch_write("empty", "");
    scratch_write("line", "123456789012345678901234567890123456789012345678901234567!");
    cr_expect_str_eq(
        text_by(put_files),
        "YQ==\r\nYWI=\r\n"
        "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3\r\n"
        "IQ==\r\n"
        "abc\r\n");
}

static void put_large(struct outfile *out)
{
    struct failure failure = {0};

    cr_assert(mail_base64_file(out, &opened, "large", &failure));
}

Test(mail_out, a_file_of_several_portions)
{
    char *text = calloc(1, 120001);

    memset(text, 'z', 120000);
    scratch_write("large", text);
    free(text);
    const char *encoded = text_by(put_large);
    unsigned lines = 0;

    cr_expect_null(strchr(encoded, '='), "padding belongs at the end of the whole, if anywhere");
    for (const char *at = encoded; *at; at += strcspn(at, "\n") + 1, lines++)
        cr_assert(strcspn(at, "\r") == 76 || !strchr(at, '\n')[1]);
    cr_expect_eq(lines, (120000 + 56) / 57);
}

Test(mail_out, a_file_that_does_not_exist)
{
    struct failure failure = {0};
    struct outfile *out = outfile_open(&opened, "out", &failure);

    cr_expect_not(mail_base64_file(out, &opened, "missing", &failure));
    cr_expect_eq(failure.status, EXIT_TROUBLE);
    cr_expect_not_null(strstr(failure.text, "missing: No such file"), "%s", failure.text);
    outfile_discard(out);
}

Test(mail_out, addresses)
{
    static const char *const good[] = {"noc@isp.example", "a.b+c@mail.isp.example", "0@x.example"};
    static const char *const bad[] = {"",
                                      "noc",
                                      "@isp.example",
                                      "noc@",
                                      "noc@localhost",
                                      "noc@isp",
                                      "noc@isp.example.",
                                      "a@b@isp.example",
                                      "noc@isp.example\nBcc: x@y.example",
                                      "a b@isp.example",
                                      "\"a\"@isp.example",
                                      "a\\010b@isp.example",
                                      ".a@isp.example",
                                      "a..b@isp.example",
                                      "a,b@isp.example",
                                      "<noc@isp.example>",
                                      "noc@192.0.2.1",
                                      "https://isp.example/@ticket"};

    for (unsigned i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        cr_expect(mail_is_address(good[i]), "%s", good[i]);
    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        cr_expect_not(mail_is_address(bad[i]), "%s", bad[i]);
}
