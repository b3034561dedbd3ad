/*
 * A set of octet strings, sorted in files: any number of them in bounded memory. Add, sort, then
 * read in order, from the start or from a place that was noted. The order is that of memcmp; a
 * string comes before its extensions. Equal strings are kept once.
 *
 * Memory: SORTER_PORTION and what follows from it. Ownership: sorter_open / sorter_free. Threads:
 * one at a time. Errors: the first one is kept; later calls do nothing, reads end, and sorter_good
 * reports it.
 */
#ifndef IO_OUTPUT_SORTER_H
#define IO_OUTPUT_SORTER_H

#include <stddef.h>
#include <stdint.h>

#include "io/system/folder.h"

enum {
    SORTER_PORTION = 4 * 1024 * 1024, /* octets that are sorted in memory at a time */
    SORTER_STRING_MAX = 4096,         /* octets of one string */
};

struct sorter;

/* Its files have no names and are made in the folder. NULL with *failure set. */
struct sorter *sorter_open(const struct folder *folder, struct failure *failure);
/* Accepts NULL. */
void sorter_free(struct sorter *sorter);
void sorter_add(struct sorter *sorter, const void *bytes, size_t length);
/* Call once, after all strings were added. False with *failure set. */
bool sorter_sort(struct sorter *sorter, struct failure *failure)
    __attribute__((warn_unused_result));
/* After sorter_sort. The place of the string that sorter_next gives next; the first one is at 0. */
uint64_t sorter_place(const struct sorter *sorter);
void sorter_go(struct sorter *sorter, uint64_t place);
/* NULL after the last string, or after an error. The string is valid until the next call. */
const uint8_t *sorter_next(struct sorter *sorter, size_t *length);
bool sorter_good(const struct sorter *sorter, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
