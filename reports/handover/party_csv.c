/* addresses.csv: the party's addresses and nothing else. */
#include <stdio.h>

#include "reports/handover/party.h"

enum { SENTENCE_MAX = DOMAIN_TEXT_MAX + 256 };

static void head(const struct party *party, struct outfile *out)
{
    (void)party;
    outfile_text(out, "ip,verdict,sentence,record,host_name,present_ptr,checked_at,"
                      "present_address\r\n");
}

/* Without a name for the record, the reader needs the domain that is expected. */
static void put_sentence(struct csv_line *line, const struct fix_item *row, const char *sentence)
{
    char domain[DOMAIN_TEXT_MAX], text[SENTENCE_MAX];

    if (row->fix.has_domain) {
        domain_print(domain, &row->fix.host);
        snprintf(text, sizeof(text), "%s A name %s is expected.", sentence, domain);
        sentence = text;
    }
    csv_value_text(line, sentence);
}

static void put_parts(struct csv_line *line, const struct present *present)
{
    char text[PRESENT_PART_MAX];

    for (unsigned i = 0; i < present_parts(present); i++)
        csv_value(line, text, present_part(text, present, i));
}

/* Three cells: PTR names, the time, addresses; a state in the place of either. */
static void put_present(struct party *party, const uint8_t *octets)
{
    struct csv_line *line = &party->line;
    struct present present;

    if (octets)
        present_get(&present, octets);
    if (octets && present.type == RR_PTR)
        put_parts(line, &present);
    csv_cell_end(line);
    if (octets)
        csv_value_text(line, time_text_of(&party->checked_at, present.checked_at));
    csv_cell_end(line);
    if (octets && present.type != RR_PTR)
        put_parts(line, &present);
    csv_cell_end(line);
}

static void put_row(struct party *party, const struct fix_item *row, struct outfile *out)
{
    const struct verdict_row *verdict = verdict_row(row->verdict);
    const struct finding_row *finding = finding_row(FINDING_INCONSISTENT);
    bool differs = row->kind == FIX_ITEM_INCONSISTENT;
    bool fails = row->kind == FIX_ITEM_SERVER_FAILS;
    struct csv_line *line = &party->line;
    char address[IPADDR_TEXT_MAX];
    char record[FIX_TEXT_MAX];

    csv_line_begin(line);
    csv_value(line, address, ipaddr_print(address, &row->address));
    csv_cell_end(line);
    csv_value_text(line, fails ? "" : differs ? finding->key : verdict->key);
    csv_cell_end(line);
    put_sentence(line, row,
                 fails     ? "A name server of its zone fails."
                 : differs ? finding->sentence
                           : verdict->sentence);
    csv_cell_end(line);
    csv_value(line, record, fix_print(record, &row->fix));
    csv_cell_end(line);
    if (row->fix.has_record)
        csv_value_name(line, row->fix.type == RR_PTR ? &row->fix.host : &row->fix.owner);
    csv_cell_end(line);
    put_present(party, row->present);
    csv_line_write(line, out);
}

const struct party_format party_csv_format = {"addresses.csv", head, put_row, NULL, NULL};
