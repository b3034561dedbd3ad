/*
 * A crew: N threads that run one body, with a bounded queue of work towards them and one of results
 * back. Knows nothing of what the items are. Signals are blocked in the threads.
 *
 * Ownership: crew_start / crew_stop; items belong to whoever took them last. Threads: the header is
 * for the one thread that started the crew, but for the crew_take, crew_give and crew_is_stopping
 * of the members.
 */
#ifndef IO_SYSTEM_CREW_H
#define IO_SYSTEM_CREW_H

#include <stdbool.h>
#include <stddef.h>

struct crew;

/* One member's life: returns when crew_take says that nothing more will come, or crew_is_stopping.
 */
typedef void crew_body(struct crew *crew, void *member);

/* Starts `threads` threads, the i-th with members[i]. NULL: a thread could not be started (none is
 * left running) or memory is short. */
struct crew *crew_start(unsigned threads, crew_body *body, void **members, size_t queue_capacity);

/* By members. Waits at most timeout_ms for work. NULL: none came; *over tells whether none will. */
void *crew_take(struct crew *crew, int timeout_ms, bool *over);
/* False: the crew is stopping, the item stays with the caller. */
bool crew_give(struct crew *crew, void *item) __attribute__((warn_unused_result));
bool crew_is_stopping(struct crew *crew);

/* By the starter. False: full. */
bool crew_submit(struct crew *crew, void *item) __attribute__((warn_unused_result));
/* Waits at most timeout_ms for a result; NULL: none came. */
void *crew_collect(struct crew *crew, int timeout_ms);
/* No more work will be submitted: members end when they have done theirs. */
void crew_finish(struct crew *crew);
/* Have all members returned? (results may still wait to be collected) */
bool crew_is_done(struct crew *crew);
/* Asks members to end at once. What they give on their way out can be collected until crew_is_done.
 */
void crew_halt(struct crew *crew);
/* Asks members to end at once, joins them, frees the crew. Work and results still queued are given
 * to the two functions, each of which may be NULL. */
void crew_stop(struct crew *crew, void (*drop_work)(void *item), void (*drop_result)(void *item));

#endif
