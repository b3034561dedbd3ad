/*
 * What is counted over all rows of a report; the same numbers and words for the terminal, JSON and
 * HTML. Verdicts and findings are counted in every row, accepted by an exception or not. What the
 * sums below say of readiness, of broken and temporary ones, and of work to do leaves out the rows
 * whose verdict is accepted. Ownership: plain value, begin with zeros.
 */
#ifndef REPORTS_TALLY_H
#define REPORTS_TALLY_H

#include "reports/report_row.h"

struct tally {
    uint64_t rows; /* addresses reported, duplicates in each row */
    uint64_t verdicts[VERDICTS];
    uint64_t findings[FINDINGS];
    uint64_t accepted[VERDICTS]; /* of `verdicts`: excepted, so that they do not count */
    uint64_t excepted;           /* rows of which the verdict or a finding does not count */
    uint64_t severities[4];      /* rows by worst severity (enum severity) of what counts */
    uint64_t rejected;           /* refused input rows */
    uint64_t
        in_no_zone_file; /* rows that are not judged because a name is in none of the zone files */
    uint64_t receivers[RECEIVERS_MAX]
                      [OUTCOMES]; /* public rows by what each receiver of the plan makes of them */
    uint64_t reasons[RECEIVERS_MAX][RECEIVER_REASONS];      /* those not accepted, by why */
    uint64_t resolvers[VANTAGE_RESULTS_MAX][RESULT_STATES]; /* rows by what each resolver
                                                                          beside the run's says */
    uint64_t work[FIXERS]
                 [VERDICTS];    /* addresses that parties must act for, in several rows or not */
    uint64_t inconsistent;      /* likewise, for operators of name servers that differ */
    uint64_t on_broken_servers; /* likewise, of name servers that fail for a zone */
    uint64_t server_work;       /* likewise, of the one or the other */
    uint64_t work_left_out;     /* rows with work for parties beyond the ceiling of the list */
    bool has_safe_after;
    int64_t safe_after; /* the latest of all rows with something to fix: advice is not waited for */
    uint32_t timed_findings;         /* bit per enum finding: finding_after is set */
    int64_t finding_after[FINDINGS]; /* likewise: the latest of all rows with it that count */
};

enum readiness {
    READY,     /* every public address passes, or is accepted */
    NOT_READY, /* at least one is broken */
    NOT_KNOWN, /* none is broken, but some are unanswered or were not asked, or none is public */
};

struct fix_list;

void tally_row(struct tally *tally, const struct report_row *row);
/* Behind the last row: who must act for how many addresses. The list is sorted. */
void tally_take_work(struct tally *tally, const struct fix_list *fixes);
uint64_t tally_public(const struct tally *tally); /* rows but not-public */
uint64_t tally_counting(const struct tally *tally,
                        enum verdict verdict);             /* rows, accepted ones left out */
uint64_t tally_accepted(const struct tally *tally);        /* rows whose verdict is accepted */
uint64_t tally_broken(const struct tally *tally);          /* verdicts of severity fail */
uint64_t tally_temporary(const struct tally *tally);       /* iprev temperror */
double tally_temporary_percent(const struct tally *tally); /* of the public rows; 0 without any */
uint64_t tally_for_fixer(const struct tally *tally,
                         enum fixer fixer); /* addresses they must act for */
enum readiness tally_readiness(const struct tally *tally);
/* "READY", "NOT READY", "NOT KNOWN" */
const char *readiness_title(enum readiness readiness);

#endif
