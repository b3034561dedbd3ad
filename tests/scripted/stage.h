/*
 * What all scripted resolvers of a process share: the book named in $FCRDNS_BOOK (files joined by colons),
 * and how often each resolver was asked. Loaded before main and kept to the end of the process, so that what
 * was counted by one resolver holds for the next one.
 *
 * Threads: any number.
 */
#ifndef TESTS_STAGE_H
#define TESTS_STAGE_H

#include "io/failure.h"
#include "tests/answerbook/answerbook.h"

/* NULL with *failure set: no book is named, or it is wrong. */
struct answerbook *stage_book(struct failure *failure);
/* Counts a query to a resolver. False: the script says that it is dead at this moment. */
bool stage_is_alive(struct answerbook *book, unsigned endpoint, int64_t now_ns);

#endif
