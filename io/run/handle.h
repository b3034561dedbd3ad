/* The open run file, for the files of io/run alone, and the only door to SQLite. */
#ifndef IO_RUN_HANDLE_H
#define IO_RUN_HANDLE_H

#include <sqlite3.h>

#include "audit/row_past.h"
#include "audit/walk.h"
#include "io/run/cut_row.h"
#include "io/run/found_block.h"
#include "io/run/run_step.h"
#include "io/run/totals.h"
#include "io/system/failure.h"

enum {
    ADDRESS_BLOB_MAX = 1 + 16,   /* family, octets */
    RUN_VALUE_MAX = 4096 * 1024, /* bytes of any value in the file */
    STATEMENT_SLOTS_BITS = 7,
    STATEMENT_SLOTS = 1 << STATEMENT_SLOTS_BITS /* twice the statements of io/run, and more */
};

_Static_assert((int)FOUND_BLOCK_MAX < (int)RUN_VALUE_MAX, "a block is one value");

/* An address as the file holds it: the family, then the octets, so that blobs sort as addresses
 * do. */
struct address_blob {
    uint8_t bytes[ADDRESS_BLOB_MAX];
    int length;
};

/* The ends of a range that a reading is bound to. */
struct range_blobs {
    struct address_blob first, last;
};

struct prepared {
    const char *text; /* identifies the statement by its address; NULL: the slot is free */
    sqlite3_stmt *statement;
};

/* io/run/input.c: counts and position. */
struct input_state {
    struct run_totals totals;
    bool totals_changed;    /* since they were saved */
    ip_count range_most;    /* addresses in an item; 0: no limit */
    struct run_totals read; /* by the current reading of items */
    int64_t read_seq;       /* the last item of it */
    char **sources;         /* names by number */
    uint32_t source_count;
    struct span spans[2]; /* the last one of the reading of spans, and room for the next */
    bool span;            /* which is the last one */
    bool has_span;
    struct run_totals read_spans; /* by the reading of spans, duplicates counted */
    uint64_t read_spans_sum;
    uint64_t spans_sum; /* of the rows of item_span, modulo 2^64 */
    uint64_t ascending; /* items added here that lie above the one before; all of them: no address
                           is in two items */
    struct ipaddr highest; /* the last address of the item added last */
    bool spans_unknown;    /* spans_sum is not that of all items */
};

/* io/run/found.c: the position of the reading, kept from one range to the next. */
struct found_state {
    sqlite3_stmt *rows; /* while it is open */
    bool open;
    bool given;           /* `at` was handed out for this range */
    bool passed;          /* the address at `from` was read */
    enum run_step step;   /* RUN_END: the position is after the last address */
    struct iprange range; /* asked for */
    struct ipaddr from;   /* no address is found from here to `at` */
    struct run_found at;  /* the current address */
    struct found_block block;
    struct address_blob from_block;  /* bound to the statement */
    struct found_block facts;        /* of the reading of facts */
    struct address_blob facts_block; /* bound to its statement */
    struct run_found facts_at;       /* its current address; zeros: none yet */
    struct found_block_bytes merged; /* the block to be written */
    struct ipaddr next;              /* of the range: addresses of cuts go on from here */
    bool at_end;                     /* the last address of the range was passed */
};

/* io/run/cuts.c: the cut that was read last. */
struct cuts_state {
    bool exists;        /* the table does */
    bool known;         /* the rest is valid */
    bool decoded;       /* `seen` is that of `at` */
    struct ipaddr from; /* `at` is the first cut that ends here or later */
    enum run_step step; /* RUN_END: no cut is left */
    struct run_cut at;
    uint8_t facts[CUT_FACTS_MAX];
    struct observation *seen; /* NULL: none yet */
};

/* Addresses whose rows have the same past. */
struct past_range {
    struct iprange range;
    struct row_past past;
};

/* io/run/past.c: the range that is written, and the one that was read last. */
struct past_state {
    bool exists;  /* the table does */
    bool whole;   /* it was written to its end */
    bool several; /* rows of one address differ somewhere */
    bool pending; /* `written` is set */
    struct past_range written;
    bool known;         /* the rest is valid */
    struct ipaddr from; /* `at` is the first range that ends here or later */
    enum run_step step; /* RUN_END: no range is left */
    struct past_range at;
};

struct vfs;      /* io/run/vfs.h */
struct run_pool; /* io/run/run_pool.h */

/* Two of them differ if run.db or its log was changed. */
struct run_file_id {
    uint64_t device, node;
    int64_t size, log_size; /* octets */
    int64_t changed_s, changed_ns;
};

struct run_file {
    sqlite3 *db;
    struct vfs *vfs;
    char *path; /* as named, for messages */
    char *name; /* absolute */
    int folder; /* open; -1: not yet */
    bool writable;
    bool offers_resume;   /* messages offer --resume */
    bool checks_rows;     /* items and results are checked when they are read: RUN_COMPARE */
    bool writing;         /* a transaction is open */
    unsigned uncommitted; /* writes of that transaction */
    int64_t committed_ns; /* time of the last commit */
    struct failure failure;
    struct prepared *statements; /* STATEMENT_SLOTS; NULL: the database is closed */
    struct run_pool *pool;       /* of the runs that share a few connections; NULL: its own */
    bool (*wake)(struct run_file *run); /* opens the database again */
    struct run_file_id id;              /* of the files when it was closed last */
    struct input_state input;
    struct found_state found;
    struct cuts_state cuts;
    struct past_state past;
    bool has_walks;                       /* the table exists */
    struct range_blobs seen_range;        /* bound to the reading of `seen` */
    struct range_blobs differences_range; /* bound to the reading of differences */
};

#endif
