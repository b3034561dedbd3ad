#include "reports/handover/party.h"

#include "tests/unit/reports/made_folder.h"
#include "tests/unit/reports/made_row.h"

TestSuite(party, .init = make_folder, .fini = drop_folder);

static char *text_by(void (*write)(struct outfile *out))
{
    struct failure failure = {0};
    struct outfile *out = outfile_open(&opened, "text", &failure);

    write(out);
    cr_assert(outfile_commit(out, &failure));
    return text_of("text");
}

static void put_records(struct outfile *out)
{
    static struct party party;
    struct dnsname zone = made_name("EXAMPLE.com");
    const struct fix_group group = {.zone = &zone};
    struct fix_item item = {
        .fix = {
            .has_record = true, .type = RR_A, .owner = zone, .address = made_address("192.0.2.1")}};

    party.zone = &group;
    party_record(out, &party, &item);
    item.fix.owner = made_name("a\\.b.@.example.COM");
    party_record(out, &party, &item);
    item.fix.owner = made_name("other.example");
    item.fix.type = RR_AAAA;
    item.fix.address = made_address("2001:db8::1");
    party_record(out, &party, &item);
}

Test(party, records_are_relative_to_the_zone)
{
    char *text = text_by(put_records);

    cr_assert_str_eq(text, "@ 3600 IN A 192.0.2.1\na\\.b.\\064 3600 IN A 192.0.2.1\n"
                           "other.example. 3600 IN AAAA 2001:db8::1\n");
    free(text);
}

static struct made_row made;

/* A record for that host, with what the row has at present. */
static void put_wanted(struct outfile *out, const char *host)
{
    static struct party party;
    struct dnsname zone = made_name("100.51.198.in-addr.arpa");
    const struct fix_group group = {.zone = &zone};
    uint8_t present[PRESENT_OCTETS];
    struct fix_item item = {.fix = {.has_record = true,
                                    .type = RR_PTR,
                                    .owner = made_name("7.100.51.198.in-addr.arpa"),
                                    .host = made_name(host)},
                            .present = present};

    item.fix.who = FIXER_REVERSE_ZONE;
    party.zone = &group;
    item.present_length = present_put(present, made_row(&made, 1), &item.fix);
    party_record(out, &party, &item);
}

static void put_present(struct outfile *out)
{
    static const char longest[] = "a-host-name-that-needs-a-line-all-of-its-own.mail.example.com";

    made_begin(&made, "198.51.100.7", NULL);
    put_wanted(out, "mta7.example.com");
    made_ptr(&made, "a-name-of-72-columns.example.test");
    put_wanted(out, "mta7.example.com");
    made.seen.ptr.records.names[0] = made_name("a-name-of-73-columns-.example.test");
    put_wanted(out, "mta7.example.com");
    made_ptr(&made, "strange;\\010name.example.net");
    made.seen.ptr.total = 12;
    put_wanted(out, "mta7.example.com");
    made.seen.ptr.kind = ANSWER_SERVFAIL;
    put_wanted(out, longest);
    made.seen.ptr.kind = ANSWER_NXDOMAIN;
    put_wanted(out, longest);
}

/* Names of strangers never end the comment. */
Test(party, the_present_state_is_a_comment_of_72_columns)
{
    char *text = text_by(put_present);

    cr_assert_str_eq(text,
                     "7 3600 IN PTR mta7.example.com. ; now: none (NXDOMAIN)\n"
                     "7 3600 IN PTR mta7.example.com. ; now: a-name-of-72-columns.example.test\n"
                     "7 3600 IN PTR mta7.example.com.\n"
                     "        ; now: a-name-of-73-columns-.example.test\n"
                     "7 3600 IN PTR mta7.example.com.\n"
                     "        ; now: a-name-of-73-columns-.example.test\n"
                     "        ; now: strange\\059\\010name.example.net\n"
                     "        ; now: and 10 more\n"
                     "7 3600 IN PTR (\n"
                     "        a-host-name-that-needs-a-line-all-of-its-own.mail.example.com. )\n"
                     "        ; now: not known (SERVFAIL)\n"
                     "7 3600 IN PTR (\n"
                     "        a-host-name-that-needs-a-line-all-of-its-own.mail.example.com. )\n"
                     "        ; now: none (NXDOMAIN)\n");
    free(text);
}
