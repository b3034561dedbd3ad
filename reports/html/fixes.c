#include "reports/html/fixes.h"

#include <string.h>

#include "reports/fix_words.h"
#include "reports/html/page.h"
#include "reports/html/page_room.h"
#include "reports/html/parties.h"
#include "reports/html/party_part.h"
#include "reports/html/write.h"
#include "reports/words.h"

enum {
    RANGES_MAX = 100,  /* of a part, for each verdict */
    RECORDS_MAX = 100, /* of a part */
    ZONES_MAX = 10,    /* of a part */
};

/* ---- what is said once for all parts ---- */

static const char *const requests[FIXERS] = {
    [FIXER_REVERSE_ZONE] =
        "Set the PTR records in the reverse zone. They replace any others at their names.",
    [FIXER_HOST_NAME] = "Add the address records to the zone of the host names. They replace a "
                        "CNAME at such a name.",
    [FIXER_FAILING_ZONE] =
        "Find out why lookups in the zone fail, then audit again. Usual causes: a name server that "
        "does not serve the zone, expired signatures, a firewall, CNAME records that form a loop.",
    [FIXER_NAME_SERVERS] =
        "Bring all name servers of the zone to the same version. Usual causes: a failing zone "
        "transfer, a forgotten server, a change that has not reached every server.",
};

/* Which sentences the parts need. */
struct needed {
    bool requests[FIXERS];
    bool verdicts[VERDICTS];
    bool pairs;
    bool shared;
    bool nameless;
    bool broken_servers;
    bool times;
};

static void note_party(struct needed *needed, const struct fix_party *party)
{
    for (unsigned i = 0; i < VERDICTS; i++)
        needed->verdicts[i] |= party->problems[i] > 0;
    needed->requests[party->who] |=
        party->who == FIXER_FAILING_ZONE || party->inconsistent > 0 || party->records > 0;
    needed->shared |= party->shared > 0;
    needed->pairs |= party->pairs > 0;
    needed->nameless |= party->without_record > 0;
    needed->broken_servers |= party->on_broken_servers > 0;
    needed->times |= party->has_safe_after;
}

static void put_sentence(struct outfile *out, bool there, const char *title, const char *sentence)
{
    if (there)
        outfile_printf(out, "<dt>%s</dt><dd>%s</dd>\n", title, sentence);
}

static void put_sentences(const struct fix_list *list, struct outfile *out)
{
    struct needed needed = {0};
    const struct fix_party *party;

    for (unsigned i = 0; (party = fix_list_party(list, i)) != NULL; i++)
        note_party(&needed, party);
    outfile_text(out, "<dl class=\"asks\">\n");
    for (unsigned i = 0; i < FIXERS; i++)
        put_sentence(out, needed.requests[i], fixer_row(i)->title, requests[i]);
    put_sentence(out, needed.pairs, "Address records first",
                 "Some addresses need both records, or a repair of the zone of the host "
                 "name. " FORWARD_FIRST);
    put_sentence(
        out, needed.shared, "PTR names that many addresses have",
        "Instead of adding all of these addresses to one name, choose a host name for each "
        "and put it in the second column of the input. The next audit then lists the PTR "
        "records.");
    put_sentence(
        out, needed.nameless, "Host names to choose",
        "The input gives no usable name for some addresses. Choose a name in your own domain for "
        "each, add an address record for it, and put it in the second column of the "
        "input. The next audit then lists the PTR records.");
    put_sentence(out, needed.broken_servers, "Name servers that fail",
                 "Find out why they fail for the zone, and repair them or remove them from its "
                 "delegation.");
    put_sentence(out, needed.times, "Next audit",
                 "Resolvers may remember the old state until the time that a part ends with.");
    for (unsigned i = 0; i < VERDICTS; i++) {
        if (!needed.verdicts[i])
            continue;
        outfile_text(out, "<dt>");
        html_verdict(out, i);
        outfile_printf(out, "</dt><dd>%s</dd>\n", verdict_row(i)->sentence);
    }
    outfile_text(out, "</dl>\n");
}

/* ---- the part of a party ---- */

struct record_list {
    struct outfile *out;
    uint64_t end;
    uint64_t count;
};

static void put_record(void *context, const struct fix_item *item)
{
    struct record_list *records = context;
    char text[FIX_TEXT_MAX];

    if (records->count == RECORDS_MAX || outfile_size(records->out) >= records->end)
        return;
    records->count++;
    html_text(records->out, text, fix_print(text, &item->fix));
    outfile_char(records->out, '\n');
}

static bool put_records(struct fix_list *list, const struct fix_party *party, struct outfile *out,
                        uint64_t end, struct failure *failure)
{
    struct record_list records = {.out = out, .end = end};

    /* it scrolls, so it must be reachable by keyboard */
    outfile_printf(out,
                   "<pre class=\"long\" tabindex=\"0\" role=\"region\" "
                   "aria-label=\"Records to set, part %u\">",
                   party->number + 1);
    if (!fix_list_each(list, party, FIX_BY_ZONE, put_record, &records, failure))
        return false;
    outfile_text(out, "</pre>\n");
    if (party->records > records.count) {
        outfile_text(out, "<p class=\"notice\"><b>");
        html_count(out, party->records - records.count);
        outfile_printf(out,
                       " more records</b> are in <code>handover/%s/records/</code>, which holds "
                       "all of them.</p>\n",
                       party->folder);
    }
    return true;
}

static void put_nameless(struct outfile *out, const struct fix_party *party)
{
    char domain[DOMAIN_TEXT_MAX];

    if (party->without_record == 0)
        return;
    outfile_text(out, "<p><b>Choose host names first</b> for ");
    html_count(out, party->without_record);
    outfile_printf(out, " address%s", plural_es(party->without_record));
    if (party->domain.length > 0) {
        domain_print(domain, &party->domain);
        outfile_text(out, ". Choose a name ");
        html_text(out, domain, strlen(domain));
        outfile_text(out, " for each");
    }
    outfile_text(out, ".</p>\n");
}

static void put_title(struct outfile *out, const struct fix_party *party)
{
    unsigned number = party->number + 1;

    outfile_printf(out, "<article class=\"fix\" aria-labelledby=\"fix-%u\">\n<h3 id=\"fix-%u\">",
                   number, number);
    html_party_name(out, party);
    outfile_printf(out, " <small>%s, ", fixer_row(party->who)->title);
    html_count(out, party->addresses);
    outfile_printf(out, " address%s</small></h3>\n", plural_es(party->addresses));
}

static bool put_part(struct fix_list *list, const struct fix_party *party,
                     const struct party_view *view, struct outfile *out, struct failure *failure)
{
    struct party_ranges ranges;
    bool good = true;

    if (!party_ranges_read(&ranges, list, party, RANGES_MAX, failure))
        return false;
    put_title(out, party);
    html_party_zones(out, party, ZONES_MAX);
    html_party_problems(out, party, &ranges, view);
    party_ranges_free(&ranges);
    put_nameless(out, party);
    if (party->records > 0)
        good = put_records(list, party, out, view->end, failure);
    if (party->has_safe_after) {
        outfile_text(out, "<p class=\"when\">Audit again after ");
        html_time(out, party->safe_after);
        outfile_text(out, ".</p>\n");
    }
    outfile_text(out, "</article>\n");
    return good;
}

bool html_fixes_write(struct fix_list *list, const char *csv, struct outfile *out, unsigned *parts,
                      struct failure *failure)
{
    const struct party_view view = {.rest = csv, .end = outfile_size(out) + PAGE_ROOM_FIXES};
    const struct fix_party *party;
    unsigned i = 0;

    *parts = 0;
    if (!fix_list_party(list, 0))
        return true;
    html_fold_begin(out, "fixes", "What to fix");
    outfile_text(out, "<p>One part for each party that must act. One click selects all records of "
                      "a part.</p>\n");
    put_sentences(list, out);
    for (; outfile_size(out) < view.end && (party = fix_list_party(list, i)) != NULL; i++) {
        if (!put_part(list, party, &view, out, failure))
            return false;
    }
    *parts = i;
    html_parties_more(list, i, "Parties without a part on this page", csv, out);
    html_fold_end(out);
    return true;
}
