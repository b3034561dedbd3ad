/*
 * Files of one folder that appear together: none gets its name before all are durable, and if one
 * cannot get it, the earlier files stay.
 *
 * Ownership: a plain value; the set owns its files. Begin with zeros and the folder, which outlives
 * it; end it with outfile_set_discard, also after outfile_set_settle. Threads: one at a time.
 * Errors: in *failure.
 */
#ifndef IO_OUTPUT_OUTFILE_SET_H
#define IO_OUTPUT_OUTFILE_SET_H

#include "io/output/outfile.h"

enum { OUTFILE_SET_MAX = 32 };

struct outfile_set {
    const struct folder *folder;
    unsigned count;
    struct outfile *files[OUTFILE_SET_MAX];
};

/* Takes the file of outfile_open and its like, and returns it. At most OUTFILE_SET_MAX files. NULL,
 * which is allowed, is not taken. */
struct outfile *outfile_set_add(struct outfile_set *set, struct outfile *file);
/* The steps of io/output/outfile.h for all files, in the order in which they were added. The second
 * one makes the new names durable. */
bool outfile_set_sync(struct outfile_set *set, struct failure *failure)
    __attribute__((warn_unused_result));
bool outfile_set_switch(struct outfile_set *set, struct failure *failure)
    __attribute__((warn_unused_result));
void outfile_set_settle(struct outfile_set *set);
/* Undoes what is not settled. */
void outfile_set_discard(struct outfile_set *set);

#endif
