/*
 * What a set of reports is to hold: where it goes, how the run was done, and by which policy,
 * receivers and lists it is judged. Ownership: plain value; what it points to outlives the reports.
 */
#ifndef REPORTS_REPORT_PLAN_H
#define REPORTS_REPORT_PLAN_H

#include "audit/policy.h"
#include "audit/receivers.h"
#include "io/system/folder.h"

/* How the run was done: what a reader needs to trust and repeat it. Several runs merged: one after
 * another.
 */
struct run_story {
    const char *key;   /* JSON key, "resolvers" */
    const char *title; /* for people, "Resolvers asked" */
    const char *value; /* text for people and JSON */
};

struct fix_list;
struct histogram;
struct name_census;
struct suffix_list;
struct vantage_overview;

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
    const struct histogram *latency;         /* of replies, microseconds; NULL if not known */
    const struct policy *policy;             /* applied to all rows; NULL: everything counts */
    const struct suffix_list *suffixes;      /* NULL: there is none */
    const struct name_census *census;        /* of PTR names; NULL: it was not taken */
    const struct vantage_overview *vantages; /* NULL: nobody else was asked */
    struct fix_list *fixes; /* what must be fixed: the set makes it, feeds it, and sorts it before
                               formats finish */
};

/* The value of a line of the story; NULL: it has no such line. */
const char *report_plan_story(const struct report_plan *plan, const char *key);

#endif
