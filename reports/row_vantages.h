/*
 * What the vantages say of the address of a row, and who agrees with whom. What two of them say has
 * one number if it does not differ; numbers begin with 0 for the first that says anything, and the
 * run's own resolvers come first.
 *
 * Ownership: vantage_reader_new / vantage_reader_free; rows are valid until the next call. Threads:
 * one at a time. Errors: of the run file.
 */
#ifndef REPORTS_ROW_VANTAGES_H
#define REPORTS_ROW_VANTAGES_H

#include "reports/vantage_overview.h"

enum {
    SERVER_ANSWERS_KEPT = 32, /* answers of name servers that are kept for one address */
    ROW_ZONES_MAX = 4,        /* zones of one address whose servers are known by name */
    GROUP_NONE = 0xFF,        /* in the place of a number */
};

enum vantage_result_state {
    RESULT_NOT_ASKED,
    RESULT_UNKNOWN,
    RESULT_SAME,
    RESULT_DIFFERS,
    RESULT_STATES
};

/* A resolver. */
struct vantage_result {
    enum vantage_result_state state; /* beside the first one that says anything */
    uint8_t group;
    struct vantage_answer answer;
};

struct row_zone {
    struct dnsname zone;
    unsigned server_count;
    struct run_zone_server servers[OVERVIEW_SERVERS_MAX];
};

/* A question that name servers answered in another way than the run found. */
struct row_question {
    unsigned first, count;       /* of told */
    bool differs;                /* at least two things are said */
    uint8_t found_group;         /* what the run found */
    struct answer_summary found; /* likewise */
    int64_t found_until;         /* likewise: when its answer has left the resolver's cache */
    const struct row_zone *zone; /* NULL: no room */
    const struct run_zone
        *whose; /* what is known of the zone; NULL: nothing; set by the renderer */
};

struct row_vantages {
    unsigned result_count;
    bool results_differ;
    struct vantage_result results[VANTAGE_RESULTS_MAX];
    unsigned answer_count;
    uint8_t answer_groups[SERVER_ANSWERS_KEPT];
    struct run_difference answers[SERVER_ANSWERS_KEPT];
    unsigned question_count;
    struct row_question questions[SERVER_ANSWERS_KEPT];
    bool inconsistent;
    int64_t
        until; /* with inconsistent: when the last of the answers that differ has left all caches */
};

struct vantage_reader;

struct vantage_reader *vantage_reader_new(
    const struct vantage_overview *overview); /* NULL: out of memory */
void vantage_reader_free(struct vantage_reader *reader);
bool vantage_reader_begin(struct vantage_reader *reader, struct run_file *run)
    __attribute__((warn_unused_result));
/* Rows of addresses come in ascending order behind this. */
bool vantage_reader_item(struct vantage_reader *reader, const struct iprange *range)
    __attribute__((warn_unused_result));
/* evidence: what the run itself found. NULL: the run file failed. */
struct row_vantages *vantage_reader_row(struct vantage_reader *reader,
                                        const struct evidence *evidence)
    __attribute__((warn_unused_result));

#endif
