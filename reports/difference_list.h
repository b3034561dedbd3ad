/*
 * Addresses for which vantages answer differently. Addresses with the same grouping of vantages
 * form one difference: their ranges are folded, and the answers of the first address are shown as
 * an example.
 *
 * Memory: bounded by the ceilings below; what exceeds them is counted. Ownership:
 * difference_list_new / difference_list_free. Threads: one at a time.
 */
#ifndef REPORTS_DIFFERENCE_LIST_H
#define REPORTS_DIFFERENCE_LIST_H

#include "reports/address_ranges.h"
#include "reports/report_row.h"

enum {
    DIFFERENCES_MAX = 64,       /* in one list */
    DIFFERENCES_ALL_MAX = 1024, /* in all lists that share a count */
    WHO_TEXT_MAX = 160,
    WORDS_TEXT_MAX = 200,         /* a longer text is cut and ends with "..." */
    SHAPE_MAX = 1024,             /* octets that identify a difference */
    DIFFERENCE_RANGES_MAX = 1000, /* of one difference */
};

/* One vantage and its answer. */
struct difference_result {
    uint8_t group; /* vantages that agree have the same group; GROUP_NONE: no usable answer */
    char who[WHO_TEXT_MAX];
    char words[WORDS_TEXT_MAX];
};

struct difference {
    struct difference *next;
    struct ipaddr example;
    bool of_servers; /* name servers differ on `question`; otherwise resolvers differ on the address
                      */
    struct question question;
    int64_t until; /* the latest time of all its addresses */
    struct address_ranges addresses;
    size_t shape_length;
    uint8_t shape[SHAPE_MAX];
    unsigned result_count;
    struct difference_result results[];
};

struct difference_list {
    unsigned count;
    uint64_t left_out; /* addresses of differences beyond DIFFERENCES_MAX */
    struct difference *first;
    struct difference *last;
};

struct vantage_overview;

struct difference_list *difference_list_new(void); /* NULL: out of memory */
/* The next three functions accept NULL. */
void difference_list_free(struct difference_list *list);
/* Adds the answers of name servers to one question of the row. *all counts the differences of
 * several lists. */
void difference_list_add_question(struct difference_list *list, const struct report_row *row,
                                  unsigned question, unsigned *all);
/* Call once all rows are added. */
void difference_list_fold(struct difference_list *list);
/* Adds the answers of resolvers, if they differ. */
void difference_list_add_results(struct difference_list *list, const struct report_row *row,
                                 const struct vantage_overview *overview);

#endif
