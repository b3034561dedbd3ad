/*
 * One party that must act, and the files of its folder: a table of formats, each fed the party's
 * rows once, in the order of the addresses. What is written here is handed to others: nothing of
 * the fleet or of other parties may go in but the names and addresses in the records asked for.
 */
#ifndef REPORTS_HANDOVER_PARTY_H
#define REPORTS_HANDOVER_PARTY_H

#include "reports/fix_list.h"
#include "reports/handover/party_rows.h"
#include "reports/report_plan.h"
#include "reports/rows/csv_line.h"

enum {
    TICKET_COLUMNS =
        72, /* a name that is longer stands alone on its line: names must not be broken */
    NAMELESS_RANGES_MAX = 1000,
    REQUEST_RECORDS_MAX = 2000, /* shown in request.html; records.zone holds all */
    TICKET_RECORDS_MAX = 200,   /* in ticket.txt, likewise */
    TICKET_RANGES_MAX = 100,    /* of a verdict in ticket.txt; addresses.csv holds all */
    DAY_SECONDS = 86400,        /* how long a receiver can remember a failure */
};

/* Addresses for which a host name must be chosen before a record can be written. */
struct nameless {
    uint64_t addresses;
    uint64_t unlisted;
    unsigned range_count;
    struct iprange ranges[NAMELESS_RANGES_MAX];
};

struct party {
    const struct report_plan *plan;
    const struct fix_group *group;
    uint64_t records; /* so far, that of the row at hand included */
    struct nameless nameless;
    struct csv_line line;
};

struct party_format {
    const char *file;
    void (*head)(const struct party *party, struct outfile *out);
    void (*row)(struct party *party, const struct party_row *row, struct outfile *out);
    void (*tail)(const struct party *party, struct outfile *out); /* NULL: nothing to add */
    bool (*wanted)(const struct party *party);                    /* NULL: by every party */
};

extern const struct party_format party_page_format;   /* request.html */
extern const struct party_format party_ticket_format; /* ticket.txt */
extern const struct party_format party_zone_format;   /* records.zone */
extern const struct party_format party_csv_format;    /* addresses.csv */

/* Counts the row: before the formats get it. */
void party_count(struct party *party, const struct party_row *row);
/* Is it records that the party is asked for? Else it has to repair what serves them. */
bool party_sets_records(const struct party *party);
/* Are there records to set, or is a host name to be chosen for all addresses first? Known from the
 * start. */
bool party_has_records(const struct party *party);
/* What the party is asked to do, and why: one paragraph each. */
const char *party_request(const struct party *party);
const char *party_reason(const struct party *party);
const char *party_memory(
    void); /* what receivers remember, and what follows for the first test message */
const char *party_still_nameless(void);
const char *party_planned(void); /* that the answers come from zone files */
enum { SUBJECT_SIZE = 256 };
/* At most 72 columns: "PTR records for 5 addresses in 100.51.198.in-addr.arpa". Returns the length.
 */
size_t party_subject(char out[SUBJECT_SIZE], const struct party *party);
/* The record as master file text, its owner relative to the zone; broken within parentheses (RFC
 * 1035 5.1) where it is longer than a line of mail. */
void party_record(struct outfile *out, const struct dnsname *zone, const struct fix *fix);

#endif
