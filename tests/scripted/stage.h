/*
 * Shared by all scripted resolvers of a process: the book named in $FCRDNS_BOOK (files joined by
 * colons), the own books of some resolvers ("$FCRDNS_BOOK.ADDRESS"), and the number of queries to
 * each resolver. Loaded before main and kept to the end of the process, so that the counts of one
 * resolver object hold for the next one.
 *
 * Threads: any number.
 */
#ifndef TESTS_STAGE_H
#define TESTS_STAGE_H

#include "io/system/endpoint.h"
#include "tests/answerbook/answerbook.h"

struct stage_book;

/* The resolver at an address: its book, and its number in that book. */
struct role {
    struct stage_book *from;
    struct answerbook *book;
    unsigned actor;
};

/* index: of the endpoint in the list. False with *failure set: no book is named, or it is damaged.
 */
bool stage_cast(struct role *out, const struct endpoint *endpoint, unsigned index,
                struct failure *failure);
enum stage_state { STAGE_ALIVE, STAGE_SILENT, STAGE_UNREACHABLE };

/* Counts a query. The state of the resolver at this moment, by the script. */
enum stage_state stage_state(const struct role *role, int64_t now_ns);

#endif
