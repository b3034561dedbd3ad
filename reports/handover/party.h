/*
 * One party and the files of its folder: a table of formats, each of which gets the party's rows
 * once, in address order.
 *
 * These files leave the house. They may contain only the names and addresses of the requested
 * records, nothing else about the fleet or about other parties.
 */
#ifndef REPORTS_HANDOVER_PARTY_H
#define REPORTS_HANDOVER_PARTY_H

#include "reports/fix_list.h"
#include "reports/handover/party_rows.h"
#include "reports/report_plan.h"
#include "reports/rows/csv_line.h"

enum {
    TICKET_COLUMNS = 72, /* names are never broken: a longer one gets a line of its own */
    NAMELESS_RANGES_MAX = 1000,
    REQUEST_RECORDS_MAX = 2000, /* shown in request.html; records.zone holds all */
    TICKET_RECORDS_MAX = 200,   /* shown in ticket.txt; records.zone holds all */
    TICKET_RANGES_MAX = 100,    /* per verdict in ticket.txt; addresses.csv holds all */
    DAY_SECONDS = 86400,        /* how long a receiver may remember a failure */
};

/* Addresses that need a host name before a record can be written. */
struct nameless {
    uint64_t addresses;
    uint64_t unlisted;
    unsigned range_count;
    struct iprange ranges[NAMELESS_RANGES_MAX];
};

struct party {
    const struct report_plan *plan;
    const struct fix_group *group;
    uint64_t records; /* so far, including the current row */
    struct nameless nameless;
    struct csv_line line;
};

struct party_format {
    const char *file;
    void (*head)(const struct party *party, struct outfile *out);
    void (*row)(struct party *party, const struct party_row *row, struct outfile *out);
    void (*tail)(const struct party *party, struct outfile *out); /* NULL: nothing to add */
    bool (*wanted)(const struct party *party); /* NULL: every party gets the file */
};

extern const struct party_format party_page_format;   /* request.html */
extern const struct party_format party_ticket_format; /* ticket.txt */
extern const struct party_format party_zone_format;   /* records.zone */
extern const struct party_format party_csv_format;    /* addresses.csv */

/* Counts the row; call before the formats get it. */
void party_count(struct party *party, const struct party_row *row);
/* Must the party set records? Otherwise it must repair its servers. */
bool party_sets_records(const struct party *party);
/* Are there records to set? False if every address still needs a host name. Known before the first
 * row. */
bool party_has_records(const struct party *party);
/* What the party is asked to do, and why: one paragraph each. */
const char *party_request(const struct party *party);
const char *party_reason(const struct party *party);
/* How long receivers remember a failure, and when to send the first test message. */
const char *party_memory(void);
const char *party_still_nameless(void);
const char *party_planned(void); /* says that the answers come from zone files */
enum { SUBJECT_SIZE = 256 };
/* At most 72 columns: "PTR records for 5 addresses in 100.51.198.in-addr.arpa". Returns the
 * length. */
size_t party_subject(char out[SUBJECT_SIZE], const struct party *party);
/* Writes the record in master file form, with an owner relative to the zone. A record longer than a
 * line of mail is continued in parentheses (RFC 1035 5.1). */
void party_record(struct outfile *out, const struct dnsname *zone, const struct fix *fix);

#endif
