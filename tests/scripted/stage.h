/*
 * What all scripted resolvers of a process share: the book named in $FCRDNS_BOOK (files joined by
 * colons), the books of those with one of their own ("$FCRDNS_BOOK.ADDRESS"), and how often each
 * resolver was asked. Loaded before main and kept to the end of the process, so that what was
 * counted by one resolver holds for the next one.
 *
 * Threads: any number.
 */
#ifndef TESTS_STAGE_H
#define TESTS_STAGE_H

#include "io/system/endpoint.h"
#include "tests/answerbook/answerbook.h"

struct stage_book;

/* Who answers at an address: from which book, and as which of the resolvers that the book speaks
 * of. */
struct role {
    struct stage_book *from;
    struct answerbook *book;
    unsigned actor;
};

/* index: of the endpoint among those of a resolver. False with *failure set: no book is named, or
 * it is wrong. */
bool stage_cast(struct role *out, const struct endpoint *endpoint, unsigned index,
                struct failure *failure);
/* Counts a query. False: the script says that it is dead at this moment. */
bool stage_is_alive(const struct role *role, int64_t now_ns);

#endif
