/*
 * One party and the files of its folder: a table of formats. Each gets the party's items twice, in
 * the order of addresses, and those with a record zone by zone.
 *
 * These files leave the house. They may contain only the names and addresses of the requested
 * records and what is in their places now: for the operator of the reverse zone the PTR names of
 * these addresses, for the owner of a host name the addresses of that name; for the operator of a
 * failing zone the lookups that failed. Nothing else about the fleet or about other parties.
 */
#ifndef REPORTS_HANDOVER_PARTY_H
#define REPORTS_HANDOVER_PARTY_H

#include "reports/fix_list.h"
#include "reports/party_ranges.h"
#include "reports/report_plan.h"
#include "reports/rows/csv_line.h"
#include "reports/time_text.h"
#include "reports/words.h"

#define RECORDS_FOLDER "records"

enum {
    TICKET_COLUMNS = 72,       /* names are never broken: a longer one gets a line of its own */
    REQUEST_RECORDS_MAX = 200, /* shown in request.html and ticket.txt; records/ holds all */
    REQUEST_LOOKUPS_MAX = 200, /* the same of lookups that failed; addresses.csv holds all */
    REQUEST_RANGES_MAX = 100,  /* the same for each verdict; addresses.csv holds all */
    REQUEST_ZONES_MAX = 20,    /* the same of zones */
    PAGE_COLUMNS = 112,        /* of a record on paper, A4 or Letter */
    DAY_SECONDS = 86400,       /* how long a receiver may remember a failure */
};

struct party {
    const struct report_plan *plan;
    const struct fix_party *fix;
    const struct fix_group *zone; /* of the present record; NULL: none yet */
    bool zone_is_new;             /* the present record is the first one of its zone */
    uint64_t lookups;             /* that failed, given so far, with the present one */
    uint64_t records;             /* given zone by zone so far, with the present one */
    bool is_as_above;             /* the present record has the owner and the state of the last */
    struct dnsname owner;         /* of the present record; length 0: none yet */
    size_t state_length;          /* 0: it has no state */
    uint8_t state[PRESENT_OCTETS];
    struct party_ranges ranges; /* at most REQUEST_RANGES_MAX in each list */
    struct csv_line line;
    struct time_text checked_at; /* of the present row */
};

struct party_format {
    const char *file;
    void (*head)(const struct party *party, struct outfile *out);
    /* In the order of addresses; NULL: not wanted. */
    void (*row)(struct party *party, const struct fix_item *item, struct outfile *out);
    /* Zone by zone; NULL: not wanted. */
    void (*record)(struct party *party, const struct fix_item *item, struct outfile *out);
    void (*tail)(const struct party *party, struct outfile *out); /* NULL: nothing to add */
};

extern const struct party_format party_page_format;   /* request.html */
extern const struct party_format party_ticket_format; /* ticket.txt */
extern const struct party_format party_csv_format;    /* addresses.csv */

/* One of records/ZONE.zone: a zone file for the records of one zone. */
void party_zone_begin(struct outfile *out, const struct party *party);
void party_zone_record(struct outfile *out, const struct party *party, const struct fix_item *item);

/* Are there records to set? False also if every address still needs a host name. */
bool party_has_records(const struct party *party);
/* Is there a list of the lookups that failed, one for each address? */
bool party_lists_lookups(const struct party *party);
enum { LOOKUP_TEXT_MAX = DNSNAME_TEXT_MAX + SHORTFALL_MAX + 16 };
/* "A mta7.example.com: SERVFAIL, EDE 6 (DNSSEC Bogus)", of an item with a question. Returns the
 * length. */
size_t party_lookup(char out[LOOKUP_TEXT_MAX], const struct fix_item *item);
/* The part after the name. Returns `out`. */
const char *party_failure(char out[SHORTFALL_MAX], const struct fix_item *item);
/* What the list is. */
const char *party_lookups(void);
/* Who asks, for the line "Requested by". */
const char *party_asker(const struct party *party);
/* What the party is asked to do, and why: one paragraph each. */
const char *party_request(const struct party *party);
const char *party_reason(const struct party *party);
enum { DECISION_MAX = DOMAIN_TEXT_MAX + 256 };
/* What must be decided before the request can be met; "" if nothing. */
void party_decision(char out[DECISION_MAX], const struct party *party);
enum { ORDER_MAX = 256 };
/* Which PTR records must wait for address records; "" if none. */
void party_order(char out[ORDER_MAX], const struct party *party);
/* The mail address of the party; "" if none is known, or if it cannot follow "To: ". */
enum { PARTY_ADDRESS_MAX = 256 };
void party_address(char out[PARTY_ADDRESS_MAX], const struct fix_party *party);
/* How long receivers remember a failure, and when to send the first test message. */
const char *party_memory(void);
const char *party_still_nameless(void);
const char *party_planned(void); /* says that the answers come from zone files */
/* Says what the comments after records are; "" if there are none. */
const char *party_now(const struct party *party);
enum { SUBJECT_SIZE = 256 };
/* At most 72 columns of ASCII: "PTR records for 5 addresses in 100.51.198.in-addr.arpa". Returns
 * the length. */
size_t party_subject(char out[SUBJECT_SIZE], const struct party *party);
/* Writes the record in master file form, with an owner relative to the zone. A record longer than a
 * line of mail is continued in parentheses (RFC 1035 5.1). The present state follows. Zone and
 * party_note_record must have been set. */
void party_record(struct outfile *out, const struct party *party, const struct fix_item *item);

/* How a present state is written beside its record: on lines of at most `columns`, unless a name
 * is longer; begin and end enclose each comment and its line end. */
struct present_style {
    size_t columns;
    const char *begin;
    const char *end;
    void (*write)(struct outfile *out, const char *text, size_t length); /* escapes */
};

/* Call for each record before it is written. */
void party_note_record(struct party *party, const struct fix_item *item);
/* Ends the line of a record, `used` columns long, with the present state as a comment: in the line,
 * or where that is full, in lines of their own, one for each name, several addresses in one. Such
 * a state is written once for records that follow each other at one name. */
void party_present(struct outfile *out, const struct party *party,
                   const struct present_style *style, size_t used, const struct fix_item *item);

#endif
