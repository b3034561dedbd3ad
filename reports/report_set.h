/*
 * All reports of one run, written in one pass: a table of formats, each fed row by row. Nothing
 * appears under its final name before all of them are durable; then all are switched, one right
 * after the other, summary.json last. On any error the earlier reports are where they were, all of
 * them.
 *
 * Files: audit.csv, audit.html, summary.json, summary.txt, rejected.csv; the folder handover/ where
 * somebody must act. With gzip audit.csv.gz and rejected.csv.gz stand for the plain ones: of the
 * two forms of a file the one that is not written goes, so that none is left of an earlier report.
 * Ownership: report_set_open / report_set_commit or report_set_discard; both free. Threads: one at
 * a time.
 */
#ifndef REPORTS_REPORT_SET_H
#define REPORTS_REPORT_SET_H

#include "audit/policy.h"
#include "io/system/folder.h"
#include "reports/tally.h"

/* How the run was done: what a reader needs to trust and repeat it. Several runs merged: one after
 * another.
 */
struct run_story {
    const char *key;   /* JSON key, "resolvers" */
    const char *title; /* for people, "Resolvers asked" */
    const char *value; /* text for people and JSON */
};

struct fix_list;
struct name_census;
struct suffix_list;

struct report_plan {
    const struct folder *folder;
    ip_count rows;       /* that will come */
    const char *program; /* "fcrdns 0.1.0" */
    int64_t written_at;  /* seconds since 1970 UTC */
    bool complete;       /* false: the run was stopped, or gave up, before all was asked */
    const char *incomplete_reason; /* NULL if complete: "stopped by SIGINT", ... */
    bool skip_special;
    bool gzip;              /* compress what is for programs */
    const char *zone_files; /* that answered in the place of the published DNS, with zones and
                               serials; NULL: none */
    const struct receiver_list *receivers; /* whose view is reported */
    const struct run_story *story;         /* in reading order */
    unsigned story_count;
    const struct histogram *latency;     /* of replies, microseconds; NULL if not known */
    const struct policy *policy;         /* applied to all rows; NULL: everything counts */
    const struct suffix_list *suffixes;  /* NULL: there is none */
    const struct name_census *census;    /* of PTR names; NULL: it was not taken */
    const struct vantage_roll *vantages; /* NULL: nobody else was asked */
    struct fix_list *fixes; /* what must be fixed: the set makes it, feeds it, and sorts it before
                               formats finish */
};

/* The value of a line of the story; NULL: it has no such line. */
const char *report_plan_story(const struct report_plan *plan, const char *key);

struct report_set;

struct report_set *report_set_open(const struct report_plan *plan, struct failure *failure);
void report_set_row(struct report_set *set, const struct report_row *row);
void report_set_rejected(struct report_set *set, const char *source,
                         const struct run_rejected *rejected);
/* Behind all rows: an address that is asked about in a zone with name servers that fail. The zone's
 * `servers` stay valid as long as the set. */
void report_set_broken(struct report_set *set, const struct broken_zone *zone,
                       const struct ipaddr *address);
/* The counts of all rows: none come any more. */
const struct tally *report_set_close(struct report_set *set);
bool report_set_commit(struct report_set *set, struct failure *failure)
    __attribute__((warn_unused_result));
void report_set_discard(struct report_set *set);

/* The closing summary for the terminal, at most 24 lines, to a stdio stream; colour: use ANSI
 * colours. */
void summary_text_print(const struct report_plan *plan, const struct tally *tally, bool colour);

#endif
