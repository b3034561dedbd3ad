/* What the files of io/run share: the open run, how it is opened, and the steps of a reading. */
#ifndef IO_RUN_RUN_STEP_H
#define IO_RUN_RUN_STEP_H

#include <stdbool.h>
#include <stdint.h>

struct run_file; /* io/run/run_file.h opens and closes it */

enum run_mode {
    RUN_CREATE, /* must not exist */
    RUN_RESUME, /* must exist; writable */
    RUN_READ,   /* must exist; nothing in its folder is written, deleted or locked for writing */
    /* As RUN_READ, for one reading of all rows in order (io/run/ordered_rows.h), which checks items
     * and results instead of the opening: the reader must be able to fail at the last row. */
    RUN_COMPARE,
};

enum run_step {
    RUN_ROW,   /* the next row was read */
    RUN_END,   /* there is no further row */
    RUN_FAILED /* run_file_failure has the reason */
};

#endif
