/*
 * What a page says about one party: its zones and its problems. Used by audit.html and by the
 * requests of the hand-over pack.
 */
#ifndef REPORTS_HTML_PARTY_PART_H
#define REPORTS_HTML_PARTY_PART_H

#include "io/output/outfile.h"
#include "reports/fix_party.h"
#include "reports/party_ranges.h"

struct party_view {
    const char *rest; /* the file that lists the addresses that do not fit */
    uint64_t end;     /* the size of the file at which lists stop */
    bool sentences;   /* explain each verdict; otherwise the page does so elsewhere */
};

/* The name of a party, as fix_party_name or change_party_name print it. provider: of the party;
 * NULL: none. */
void html_party_text(struct outfile *out, const char *name, const struct provider *provider);
/* fix_party_name. */
void html_party_name(struct outfile *out, const struct fix_party *party);
/* " (guessed)" or " (not delegated)", if no answer named its zone. */
void html_party_doubt(struct outfile *out, const struct fix_party *party);
/* The number of its records, those that wait for address records, and the host names that must
 * be chosen before there can be more. */
void html_party_records(struct outfile *out, const struct fix_party *party);
/* Zones, contact, name servers, and what is wrong with them, of at most `most` zones. */
void html_party_zones(struct outfile *out, const struct fix_party *party, unsigned most);
/* The problems with their addresses. */
void html_party_problems(struct outfile *out, const struct fix_party *party,
                         const struct party_ranges *ranges, const struct party_view *view);

#endif
