/*
 * Asks questions that are stored in the run file, over one asker. Reads them in portions, keeps the
 * window full, stores each answer when it comes, and commits about once a second.
 *
 * Threads: call from one thread, which alone reads and writes the run file. Errors: in *failure.
 */
#ifndef IO_PHASES_STORED_QUESTIONS_H
#define IO_PHASES_STORED_QUESTIONS_H

#include "io/phases/collect.h"

enum { STORED_QUESTIONS_PORTION = 256 };

struct stored_questions {
    void *context; /* first argument of the two below */
    /* Returns up to STORED_QUESTIONS_PORTION further questions, 0 at the end. False: the run file
     * failed. */
    bool (*next)(void *context, struct question *out, unsigned *count);
    /* Stores an answer. False: the run file failed. */
    bool (*keep)(void *context, const struct question *question, const struct answer *answer);
};

/* Uses the asker, window and stop of the options. Adds to *counts. Opens no asker unless there is a
 * question. */
enum collect_end stored_questions_ask(const struct stored_questions *questions,
                                      struct run_file *run, const struct collect_options *options,
                                      struct asker_counts *counts, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
