/* addresses.csv: the party's addresses and nothing else. */
#include <stdio.h>

#include "reports/fix_words.h"
#include "reports/handover/party.h"
#include "reports/vantage_words.h"

enum { SENTENCE_MAX = DOMAIN_TEXT_MAX + 512 };

static void head(const struct party *party, struct outfile *out)
{
    (void)party;
    outfile_text(out, "ip,verdict,sentence,record,host_name,present_ptr,checked_at,"
                      "present_address,failed_type,failed_name,failure\r\n");
}

/* What the ticket says of the verdict. Without a name for the record, the reader needs the domain
 * that is expected. */
static void put_sentence(const struct party *party, struct csv_line *line,
                         const struct fix_item *row)
{
    char domain[DOMAIN_TEXT_MAX], text[SENTENCE_MAX];
    size_t used = (size_t)snprintf(
        text, sizeof(text), "%s%s", verdict_row(row->verdict)->sentence,
        fix_remark(party->fix->who, row->verdict, row->is_pair, !row->fix.has_record));

    if (row->fix.has_domain) {
        domain_print(domain, &row->fix.host);
        snprintf(text + used, sizeof(text) - used, " A name %s is expected.", domain);
    }
    csv_value_text(line, text);
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

/* Three cells: the question that failed, and how. */
static void put_failure(struct csv_line *line, const struct fix_item *row)
{
    char text[SHORTFALL_MAX];
    bool failed = row->fix.has_question;

    csv_value_text(line, failed ? question_type_text(row->fix.type) : "");
    csv_cell_end(line);
    if (failed)
        csv_value_name(line, &row->fix.owner);
    csv_cell_end(line);
    csv_value_text(line, failed ? party_failure(text, row) : "");
    csv_cell_end(line);
}

static void put_row(struct party *party, const struct fix_item *row, struct outfile *out)
{
    const struct finding_row *finding = finding_row(FINDING_INCONSISTENT);
    bool differs = row->kind == FIX_ITEM_INCONSISTENT;
    bool fails = row->kind == FIX_ITEM_SERVER_FAILS;
    struct csv_line *line = &party->line;
    char address[IPADDR_TEXT_MAX];
    char record[FIX_TEXT_MAX];

    csv_line_begin(line);
    csv_value(line, address, ipaddr_print(address, &row->address));
    csv_cell_end(line);
    csv_value_text(line, fails ? "" : differs ? finding->key : verdict_row(row->verdict)->key);
    csv_cell_end(line);
    if (fails || differs)
        csv_value_text(line, fails ? "A name server of its zone fails." : finding->sentence);
    else
        put_sentence(party, line, row);
    csv_cell_end(line);
    csv_value(line, record, fix_print(record, &row->fix));
    csv_cell_end(line);
    if (row->fix.has_record)
        csv_value_name(line, row->fix.type == RR_PTR ? &row->fix.host : &row->fix.owner);
    csv_cell_end(line);
    put_present(party, row->present);
    put_failure(line, row);
    csv_line_write(line, out);
}

const struct party_format party_csv_format = {"addresses.csv", head, put_row, NULL, NULL};
