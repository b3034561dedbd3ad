/*
 * What each vantage answers for the address of a row, and which of them agree. Vantages whose
 * answers do not differ have the same group. Groups are numbered from 0 in order of appearance; the
 * run's own resolvers come first.
 *
 * Ownership: vantage_reader_new / vantage_reader_free; a row is valid until the next call. Threads:
 * one at a time. Errors: of the run file.
 */
#ifndef REPORTS_ROW_VANTAGES_H
#define REPORTS_ROW_VANTAGES_H

#include "reports/vantage_overview.h"

enum {
    SERVER_ANSWERS_KEPT = 32, /* answers of name servers kept for one address */
    ROW_ZONES_MAX = 16,       /* zones of one address whose servers are listed by name */
    GROUP_NONE = 0xFF,        /* no usable answer */
};

enum vantage_result_state {
    RESULT_NOT_ASKED,
    RESULT_UNKNOWN,
    RESULT_SAME,
    RESULT_DIFFERS,
    RESULT_STATES
};

/* The answer of a resolver. */
struct vantage_result {
    enum vantage_result_state state; /* compared with the first vantage that has an answer */
    uint8_t group;
    struct vantage_answer answer;
};

struct row_zone {
    struct dnsname zone;
    unsigned server_count;
    struct run_zone_server servers[OVERVIEW_SERVERS_MAX];
};

/* A question to which name servers gave another answer than the run found. */
struct row_question {
    unsigned first, count;      /* place in `answers` */
    bool differs;               /* there are at least two groups */
    enum servers_agree servers; /* the name servers of the zone */
    enum fixer who;      /* the operator to name if they differ; FIXER_NONE: none (audit/blame.h) */
    uint8_t found_group; /* of what the run found */
    struct answer_summary found;  /* what the run found */
    int64_t found_until;          /* when the run's answer has left the resolver's cache */
    const struct row_zone *zone;  /* NULL: beyond ROW_ZONES_MAX */
    const struct run_zone *whose; /* set by the renderer: known about the zone; NULL: nothing */
};

struct row_vantages {
    unsigned result_count;
    bool results_differ;
    struct vantage_result results[VANTAGE_RESULTS_MAX];
    unsigned answer_count;
    bool answers_cut; /* answers to the last question are missing */
    uint8_t answer_groups[SERVER_ANSWERS_KEPT];
    struct run_difference answers[SERVER_ANSWERS_KEPT];
    unsigned question_count;
    struct row_question questions[SERVER_ANSWERS_KEPT];
    bool inconsistent;
    bool is_old;   /* SERVERS_NEWER for a question, or `right`: a cache has an old answer */
    bool right;    /* the address passes at the name servers, and not through the resolvers */
    int64_t until; /* if inconsistent: when the last differing answer has left all caches; of those,
                      if one is known to be new, the old ones */
};

struct vantage_reader;

/* NULL: out of memory. */
struct vantage_reader *vantage_reader_new(const struct vantage_overview *overview);
void vantage_reader_free(struct vantage_reader *reader);
bool vantage_reader_begin(struct vantage_reader *reader, struct run_file *run)
    __attribute__((warn_unused_result));
/* After this, call vantage_reader_row in ascending order of the addresses. */
bool vantage_reader_item(struct vantage_reader *reader, const struct iprange *range)
    __attribute__((warn_unused_result));
/* evidence: what the run itself found. NULL: the run file failed. */
struct row_vantages *vantage_reader_row(struct vantage_reader *reader,
                                        const struct evidence *evidence)
    __attribute__((warn_unused_result));

#endif
