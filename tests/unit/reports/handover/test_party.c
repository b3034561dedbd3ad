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
    struct dnsname zone = made_name("EXAMPLE.com");
    struct fix fix = {
        .has_record = true, .type = RR_A, .owner = zone, .address = made_address("192.0.2.1")};

    party_record(out, &zone, &fix);
    fix.owner = made_name("a\\.b.@.example.COM");
    party_record(out, &zone, &fix);
    fix.owner = made_name("other.example");
    fix.type = RR_AAAA;
    fix.address = made_address("2001:db8::1");
    party_record(out, &zone, &fix);
}

Test(party, records_are_relative_to_the_zone)
{
    char *text = text_by(put_records);

    cr_assert_str_eq(text, "@ 3600 IN A 192.0.2.1\na\\.b.\\064 3600 IN A 192.0.2.1\n"
                           "other.example. 3600 IN AAAA 2001:db8::1\n");
    free(text);
}
