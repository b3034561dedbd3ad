/*
 * records/ZONE.zone: the records of one zone as a master file (RFC 1035 5.1) that tools can load
 * unchanged. A checker demands SOA and NS, so they precede the records, with a comment on their
 * purpose. If no answer brought the SOA (the zone is unknown or not delegated yet), their names are
 * placeholders. The numbers of the SOA are unknown and do not matter.
 */
#include "reports/handover/party.h"
#include "reports/words.h"

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
    if (dnsname_within(group->mname, group->zone))
        outfile_text(out, PLACEHOLDER);
    else
        put_name(out, group->mname);
    outfile_char(out, '\n');
}

static void put_soa(struct outfile *out, const struct fix_group *group)
{
    outfile_text(out,
                 "; SOA and NS are here only so that a checker can load this file: keep those of\n"
                 "; the zone.\n"
                 "@ 3600 IN SOA ");
    put_name(out, group->mname);
    outfile_char(out, ' ');
    put_name(out, group->rname);
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

void party_zone_begin(struct outfile *out, const struct party *party)
{
    const struct fix_group *group = party->zone;
    char count[GROUPED_MAX];

    grouped_print(count, group->records);
    outfile_printf(out, "; %s record%s of ", count, plural_s(group->records));
    put_name(out, group->zone);
    outfile_text(out,
                 "\n"
                 "; These are the records to set, not the whole zone: copy them into the zone, do\n"
                 "; not replace it with this file.\n");
    if (party->fix->without_record > 0)
        outfile_text(out, "; Addresses that have no host name yet are only in addresses.csv.\n");
    if (party->fix->present_at != 0)
        outfile_printf(out, "; \"now:\" is what the %s had when it was checked.\n",
                       party->fix->who == FIXER_HOST_NAME ? "host name" : "address");
    outfile_text(out, "$ORIGIN ");
    put_name(out, group->zone);
    outfile_printf(out, "\n$TTL %d\n", FIX_TTL);
    if (group->mname)
        put_soa(out, group);
    else
        put_placeholders(out, group);
}

void party_zone_record(struct outfile *out, const struct party *party, const struct fix_item *item)
{
    party_record(out, party, item);
}
