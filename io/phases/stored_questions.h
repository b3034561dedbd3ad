/*
 * Questions that wait in the run file, asked over one asker: read a portion at a time, as many in
 * flight as the window allows, each answer kept as it comes, committed about once a second.
 *
 * Threads: to be called from one thread, which does all the reading and writing of the run file.
 */
#ifndef IO_PHASES_STORED_QUESTIONS_H
#define IO_PHASES_STORED_QUESTIONS_H

#include "io/phases/collect.h"

enum { SURVEY_PORTION = 256 };

struct survey {
    void *context; /* first argument of the two below */
    /* Up to SURVEY_PORTION further questions; none: there are no more. False: the run file failed.
     */
    bool (*next)(void *context, struct question *out, unsigned *count);
    /* Keeps an answer. False: the run file failed. */
    bool (*keep)(void *context, const struct question *question, const struct answer *answer);
};

/* options: their asker, window and stop count. counts: added to. Without questions nothing is
 * opened. */
enum collect_end survey_ask(const struct survey *survey, struct run_file *run,
                            const struct collect_options *options, struct asker_counts *counts,
                            struct failure *failure) __attribute__((warn_unused_result));

#endif
