/*
 * A crew: N threads that run the same function, with one bounded queue of work and one of results.
 * It does not look at the items. The threads block all signals.
 *
 * Ownership: crew_start / crew_stop. An item belongs to the thread that took it last, or to the
 * queue. Threads: members call crew_take, crew_give and crew_is_stopping; only the thread that
 * started the crew calls the other functions.
 */
#ifndef IO_SYSTEM_CREW_H
#define IO_SYSTEM_CREW_H

#include <stdbool.h>
#include <stddef.h>

struct crew;

/* Runs in each thread. Returns when crew_take reports that no more work comes, or when
 * crew_is_stopping. */
typedef void crew_body(struct crew *crew, void *member);

/* Starts `threads` threads, the i-th with members[i]. NULL: out of memory, or a thread could not be
 * started; none is left running. */
struct crew *crew_start(unsigned threads, crew_body *body, void **members, size_t queue_capacity);

/* Members: waits at most timeout_ms for work (-1: for ever). NULL: none came; with *ended, no more
 * will come. */
void *crew_take(struct crew *crew, int timeout_ms, bool *ended);
/* Members: hands in a result. False: the crew is stopping, and the caller keeps the item. */
bool crew_give(struct crew *crew, void *item) __attribute__((warn_unused_result));
bool crew_is_stopping(struct crew *crew);

/* False: the queue of work is full. */
bool crew_submit(struct crew *crew, void *item) __attribute__((warn_unused_result));
/* Waits at most timeout_ms for a result (-1: for ever); NULL: none came. */
void *crew_collect(struct crew *crew, int timeout_ms);
/* No more work will be submitted: members end when the queue is empty. */
void crew_finish(struct crew *crew);
/* Have all members returned? Results may still be in the queue. */
bool crew_is_done(struct crew *crew);
/* Asks members to end at once. Collect what they still hand in until crew_is_done. */
void crew_halt(struct crew *crew);
/* Asks members to end at once, joins them, and frees the crew. Calls the two functions, which may
 * be NULL, with the work and the results still queued. */
void crew_stop(struct crew *crew, void (*drop_work)(void *item), void (*drop_result)(void *item));

#endif
