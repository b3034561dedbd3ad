/*
 * records.zone: the records as a master file (RFC 1035 5.1) that tools can load unchanged. A
 * checker demands SOA and NS, so they precede the records, with a comment on their purpose. If no
 * answer brought the SOA (the zone is unknown or not delegated yet), their names are placeholders.
 * The numbers of the SOA are unknown and do not matter.
 */
#include "reports/handover/party.h"

#define PLACEHOLDER "placeholder.invalid." /* a name that never exists (RFC 6761 6.4) */

static void put_name(struct outfile *out, const struct dnsname *name)
{
    char text[DNSNAME_TEXT_MAX];

    outfile_write(out, text, dnsname_print_absolute(text, name));
}

/* A name server inside the zone would need an address record, which is unknown. */
static void put_server(struct outfile *out, const struct fix_group *group)
{
    outfile_text(out, "@ 3600 IN NS ");
    if (dnsname_within(&group->mname, &group->zone))
        outfile_text(out, PLACEHOLDER);
    else
        put_name(out, &group->mname);
    outfile_char(out, '\n');
}

static void put_soa(struct outfile *out, const struct fix_group *group)
{
    outfile_text(out,
                 "; SOA and NS are here only so that a checker can load this file: keep those of\n"
                 "; the zone.\n"
                 "@ 3600 IN SOA ");
    put_name(out, &group->mname);
    outfile_char(out, ' ');
    put_name(out, &group->rname);
    outfile_text(out, " (\n        1 7200 900 1209600 3600 )\n");
    put_server(out, group);
}

static void put_placeholders(struct outfile *out, const struct fix_group *group)
{
    outfile_text(
        out,
        group->undelegated
            ? "; The zone does not exist yet: it is not delegated. SOA and NS are placeholders so\n"
              "; that a checker can load this file: replace them when you set up the zone.\n"
            : "; No answer brought the SOA of the zone, so its name is a guess. SOA and NS are\n"
              "; placeholders so that a checker can load this file: keep those of the zone.\n");
    outfile_text(out, "@ 3600 IN SOA " PLACEHOLDER " " PLACEHOLDER
                      " (\n        1 7200 900 1209600 3600 )\n"
                      "@ 3600 IN NS " PLACEHOLDER "\n");
}

static void head(const struct party *party, struct outfile *out)
{
    const struct fix_group *group = party->group;
    char subject[SUBJECT_SIZE];

    party_subject(subject, party);
    outfile_printf(
        out,
        "; %s\n"
        "; These are the records to set, not the whole zone: copy them into the zone, do\n"
        "; not replace it with this file.\n"
        "$ORIGIN ",
        subject);
    put_name(out, &group->zone);
    outfile_printf(out, "\n$TTL %d\n", FIX_TTL);
    if (group->has_contact)
        put_soa(out, group);
    else
        put_placeholders(out, group);
}

static void put_row(struct party *party, const struct party_row *row, struct outfile *out)
{
    if (row->fix.has_record)
        party_record(out, &party->group->zone, &row->fix);
}

static void tail(const struct party *party, struct outfile *out)
{
    const struct nameless *nameless = &party->nameless;

    if (party->records == 0)
        outfile_text(out, "; There is no record to set yet.\n");
    if (nameless->addresses > 0)
        outfile_text(out, "; These addresses have no host name yet:\n");
    for (unsigned i = 0; i < nameless->range_count; i++) {
        char text[IPRANGE_TEXT_MAX];

        iprange_print(text, &nameless->ranges[i]);
        outfile_printf(out, ";   %s\n", text);
    }
    if (nameless->unlisted > 0)
        outfile_text(out, ";   and more: see addresses.csv\n");
}

const struct party_format party_zone_format = {"records.zone", head, put_row, tail,
                                               party_sets_records};
