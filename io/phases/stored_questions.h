/*
 * Questions that wait in the run file, asked over one asker: read a portion at a time, as many in
 * flight as the window allows, each answer kept as it comes, committed about once a second.
 *
 * Threads: to be called from one thread, which does all the reading and writing of the run file.
 */
#ifndef IO_PHASES_STORED_QUESTIONS_H
#define IO_PHASES_STORED_QUESTIONS_H

#include "io/phases/collect.h"

enum { STORED_QUESTIONS_PORTION = 256 };

struct stored_questions {
    void *context; /* first argument of the two below */
    /* Up to STORED_QUESTIONS_PORTION further questions; none: there are no more. False: the run
     * file failed.
     */
    bool (*next)(void *context, struct question *out, unsigned *count);
    /* Keeps an answer. False: the run file failed. */
    bool (*keep)(void *context, const struct question *question, const struct answer *answer);
};

/* options: their asker, window and stop count. counts: added to. Without questions nothing is
 * opened. */
enum collect_end stored_questions_ask(const struct stored_questions *questions,
                                      struct run_file *run, const struct collect_options *options,
                                      struct asker_counts *counts, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
