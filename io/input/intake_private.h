/* Shared by the files of io/input/intake: the input being read, and the reading of one row. */
#ifndef IO_INPUT_INTAKE_PRIVATE_H
#define IO_INPUT_INTAKE_PRIVATE_H

#include "io/input/intake.h"
#include "io/input/sample.h"

enum { REASON_MAX = 2 * TARGET_REASON_MAX };

/* Notices that are given once for each input. */
enum intake_notice { NOTICE_HOST, NOTICE_NETWORK, NOTICE_NAMED_PREFIX, NOTICES };

/* One input being read. */
struct intake {
    const char *input;
    const struct intake_options *options;
    const struct intake_sink *sink;
    struct intake_counts *counts;
    struct failure *failure;
    struct sample *sample; /* the rows that decide on the columns */
    bool columns_known;
    bool by_words;     /* columns are separated by blanks */
    bool many_headers; /* an export of Infoblox */
    bool is_noticed[NOTICES];
    unsigned descriptions;
    struct columns columns;
    uint64_t rows_before; /* counts->rows when the input began */
};

/* All return false to stop: the sink says so, or *failure is set. */

/* Reads a row of data: items, refusals, and names that are not usable go to the sink. */
bool intake_read_row(struct intake *intake, const struct row *row);
bool intake_refuse_row(struct intake *intake, const struct row *row, const char *reason);
/* An item without columns, such as a literal of the command line. */
bool intake_take_literal(struct intake *intake, struct target *target);
/* Gives the description of the columns to the sink. */
bool intake_describe_columns(struct intake *intake);

#endif
