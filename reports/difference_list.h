/*
 * Who says what of addresses that vantages differ about: addresses about which the same vantages
 * agree and differ in the same way are one difference, folded into ranges, and told by the words
 * for the first of them.
 *
 * Memory: bounded by the ceilings below; what does not fit is counted. Ownership:
 * difference_list_new / difference_list_free.
 */
#ifndef REPORTS_DIFFERENCE_LIST_H
#define REPORTS_DIFFERENCE_LIST_H

#include "reports/address_ranges.h"
#include "reports/report_row.h"

enum {
    DIFFERENCES_MAX = 64,       /* of one list */
    DIFFERENCES_ALL_MAX = 1024, /* of all lists that share a count */
    WHO_TEXT_MAX = 160,
    WORDS_TEXT_MAX = 200,         /* what does not fit ends with "..." */
    SHAPE_MAX = 1024,             /* octets that tell a difference from others */
    DIFFERENCE_RANGES_MAX = 1000, /* of one difference */
};

/* One vantage and what it says. */
struct difference_result {
    uint8_t group; /* equal for those who agree; GROUP_NONE */
    char who[WHO_TEXT_MAX];
    char words[WORDS_TEXT_MAX];
};

struct difference {
    struct difference *next;
    struct ipaddr example;
    bool of_servers; /* name servers differ about `question`; else resolvers do */
    struct question question;
    int64_t until; /* the latest of all its addresses */
    struct address_ranges addresses;
    size_t shape_length;
    uint8_t shape[SHAPE_MAX];
    unsigned result_count;
    struct difference_result results[];
};

struct difference_list {
    unsigned count;
    uint64_t left_out; /* addresses of differences beyond the ceiling */
    struct difference *first;
    struct difference *last;
};

struct vantage_overview;

struct difference_list *difference_list_new(void); /* NULL: out of memory */
/* The next three allow a list that is NULL. */
void difference_list_free(struct difference_list *list);
/* What name servers say to one question of the row. *all counts the differences of several lists.
 */
void difference_list_add_question(struct difference_list *list, const struct report_row *row,
                                  unsigned question, unsigned *all);
/* When all rows have been added. */
void difference_list_fold(struct difference_list *list);
/* What resolvers say, if they differ. */
void difference_list_add_results(struct difference_list *list, const struct report_row *row,
                                 const struct vantage_overview *overview);

#endif
