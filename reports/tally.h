/*
 * The counts over all rows of a report, the same for the terminal, JSON and HTML. Verdicts and
 * findings are counted in every row, accepted or not. Readiness and the sums of broken, temporary
 * and open work exclude rows with an accepted verdict. Ownership: plain value, begin with zeros.
 */
#ifndef REPORTS_TALLY_H
#define REPORTS_TALLY_H

#include "reports/missing_zones.h"
#include "reports/short_list.h"

struct tally {
    uint64_t rows; /* addresses reported; a duplicate counts in each of its rows */
    uint64_t verdicts[VERDICTS];
    uint64_t findings[FINDINGS];
    uint64_t warned;             /* rows that pass, with a warning that counts */
    uint64_t warnings[FINDINGS]; /* of `warned`: rows with that finding */
    uint64_t accepted[VERDICTS]; /* of `verdicts`: covered by an exception */
    uint64_t not_of_zones;       /* verdicts of severity fail that are not the fault of a zone (enum
                                    culprit), accepted ones left out */
    uint64_t old_answers;        /* rows for which a resolver still had an old answer */
    int64_t old_until;           /* when the last of them has left the cache */
    uint64_t excepted;           /* rows with an excepted verdict or finding */
    uint64_t severities[4];      /* rows by the worst severity (enum severity) that counts */
    uint64_t changes[ROW_CHANGES]; /* rows by change since the baseline */
    uint64_t alarms;               /* rows that raise the alarm (struct row_difference) */
    uint64_t rejected;             /* refused input rows */
    uint64_t walk_ends;            /* of those: walks that ended early */
    struct missing_zones missing;  /* counted by the report set, which has the list of suffixes */
    struct short_list first;       /* the first rows; kept by the report set */
    uint64_t receivers[RECEIVERS_MAX]
                      [OUTCOMES]; /* public rows by outcome for each receiver of the plan */
    uint64_t reasons[RECEIVERS_MAX][RECEIVER_REASONS]; /* rows that are not accepted, by reason */
    uint64_t resolvers[VANTAGE_RESULTS_MAX][RESULT_STATES]; /* rows by result of each vantage */
    unsigned requests;               /* parties with a folder in the hand-over pack */
    uint64_t work[FIXERS][VERDICTS]; /* addresses a party must act on, each counted once */
    uint64_t inconsistent;           /* the same for name servers that differ */
    uint64_t on_broken_servers;      /* the same for name servers that fail for a zone */
    uint64_t server_work;            /* the same for either */
    bool has_safe_after;
    int64_t safe_after;      /* the latest of all rows that need a fix; advice does not count */
    uint32_t timed_findings; /* bit per enum finding: finding_after is set */
    int64_t finding_after[FINDINGS]; /* the latest of all rows in which the finding counts */
};

enum readiness {
    READY,     /* every public address passes or is accepted */
    NOT_READY, /* at least one address is broken */
    NOT_KNOWN, /* none is broken, but some are unanswered or not asked, or none is public */
};

struct fix_list;

void tally_row(struct tally *tally, const struct report_row *row);
/* Call after the last row. Counts the addresses each fixer must act on; the list must be sorted. */
void tally_take_work(struct tally *tally, const struct fix_list *fixes);
/* Rows other than not-public. */
uint64_t tally_public(const struct tally *tally);
/* Rows with that verdict, without accepted ones. */
uint64_t tally_counting(const struct tally *tally, enum verdict verdict);
/* Rows with an accepted verdict. */
uint64_t tally_accepted(const struct tally *tally);
/* Verdicts of severity fail that are the fault of a zone. */
uint64_t tally_broken(const struct tally *tally);
/* Verdicts of iprev temperror, and their share of the public rows, 0 without any. */
uint64_t tally_temporary(const struct tally *tally);
double tally_temporary_percent(const struct tally *tally);
/* Addresses that fixer must act on. */
uint64_t tally_for_fixer(const struct tally *tally, enum fixer fixer);
enum readiness tally_readiness(const struct tally *tally);
/* "READY", "NOT READY", "NOT KNOWN" */
const char *readiness_title(enum readiness readiness);

#endif
