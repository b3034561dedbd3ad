/*
 * Who must act on what changed: the rows of one operator (audit/party_group.h) in one sum, with the
 * ranges of those that raise the alarm.
 *
 * Memory: at most CHANGE_OPERATORS_MAX operators, known by contact, primary server and name
 * servers, of at most CHANGE_RANGES_MAX ranges, and CHANGE_ZONES_MAX zones. Rows of more operators
 * are counted together; of more zones, a part is not counted. Ownership: change_parties_new /
 * change_parties_free; suffixes and providers outlive them. Threads: one at a time.
 */
#ifndef REPORTS_CHANGE_PARTIES_H
#define REPORTS_CHANGE_PARTIES_H

#include "reports/address_ranges.h"
#include "reports/fix_words.h"
#include "reports/fix_zone.h"

enum {
    CHANGE_OPERATORS_MAX = 1024,
    CHANGE_ZONES_MAX = 65536,
    CHANGE_RANGES_MAX = 64,
    CHANGE_NO_PARTY =
        CHANGE_OPERATORS_MAX, /* none must act, none is known, or there are too many */
};

struct change_operator;
struct providers;
struct suffix_list;

struct change_party {
    const struct change_operator *first;
    enum fixer who;
    const struct provider *provider; /* NULL: none */
    unsigned zones;
    uint64_t rows;
    uint64_t alarms; /* rows that raise the alarm; the next three are those of them */
    unsigned alarm_zones;
    uint64_t verdicts[VERDICTS];
    struct address_ranges ranges;
};

struct change_parties;

struct change_parties *change_parties_new(const struct suffix_list *suffixes,
                                          const struct providers *providers);
void change_parties_free(struct change_parties *parties); /* NULL is allowed */

/* One row of a zone. */
struct change_party_row {
    enum fixer who;
    const struct fix_zone *zone;
    const struct ipaddr *address;
    bool alarm;
    enum verdict verdict; /* now; read for an alarm only */
};

/* The number of the operator; CHANGE_NO_PARTY: no room for one more. */
unsigned change_parties_add(struct change_parties *parties, const struct change_party_row *row);
/* After the last row: most alarms first, then most rows. False: out of memory; there are no parties
 * then. */
bool change_parties_sort(struct change_parties *parties);
unsigned change_parties_count(const struct change_parties *parties);
const struct change_party *change_parties_at(const struct change_parties *parties, unsigned index);
/* The party of an operator; CHANGE_NO_PARTY for CHANGE_NO_PARTY. */
unsigned change_parties_of(const struct change_parties *parties, unsigned operator_number);
/* Rows that raise the alarm of operators without room. */
uint64_t change_parties_left_out(const struct change_parties *parties);
/* There are more zones than are counted. */
bool change_parties_has_more_zones(const struct change_parties *parties);
/* As fix_party_name. */
size_t change_party_name(char out[PARTY_NAME_MAX], const struct change_party *party);

#endif
