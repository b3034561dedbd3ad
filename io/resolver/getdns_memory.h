/*
 * An allocator for libraries that do not survive a failed allocation (getdns writes through NULL
 * while it makes a response): when memory is short, a reserve that was put aside in good time
 * serves on, so that whoever uses the library can end what it does in order. All else is malloc,
 * realloc and free, but for what follows.
 *
 * Blocks that are large enough to hold a DNS message have a margin behind them: getdns believes
 * lengths inside of a record's data (1.6.0: a field of up to 65,535 octets), and reads so far
 * beyond a hostile message. In the margin it does no harm, and nothing of what is read there is
 * looked at. In the reserve there is no room for margins.
 *
 * Those of the size that a question takes lie close behind one another, and are the margins of each
 * other; each with a margin of its own, all would begin at the start of a page, at the same few
 * places of the processor's caches (docs/getdns.md). They are given back to malloc by
 * getdns_memory_free.
 *
 * What came from the reserve is free again once all of it was given back. When the reserve is used
 * up allocations fail.
 *
 * Ownership: getdns_memory_new / getdns_memory_free, after everything was given back. Threads: one
 * at a time.
 */
#ifndef IO_RESOLVER_GETDNS_MEMORY_H
#define IO_RESOLVER_GETDNS_MEMORY_H

#include <stddef.h>

enum { GETDNS_MEMORY_RESERVE = 256 * 1024 };

struct getdns_memory;

struct getdns_memory *getdns_memory_new(void); /* NULL: memory is short already */
void getdns_memory_free(struct getdns_memory *memory);
/* With `reserve` as their first argument, as getdns wants them. A block that malloc gave and
 * realloc cannot make larger stays as it is: NULL. */
void *getdns_memory_malloc(void *memory, size_t size);
void *getdns_memory_realloc(void *memory, void *block, size_t size);
void getdns_memory_give_back(void *memory, void *block);

#endif
