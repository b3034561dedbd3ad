/*
 * An allocator for getdns, which does not survive a failed allocation (it writes through NULL while
 * it builds a response). When memory is short, a reserve set aside at the start serves on, so that
 * the caller can finish in order. Otherwise this is malloc, realloc and free, with two additions:
 *
 * - Blocks large enough to hold a DNS message have a margin after their end. getdns trusts length
 *   fields inside RDATA (1.6.0: fields of up to 65,535 octets) and reads past the end of a hostile
 *   message. The margin makes that harmless, and the octets read there are not used. Blocks of the
 *   reserve have no margin.
 * - Blocks of the size that a question takes are packed, so that each is the margin of the one
 *   before it. Margins of their own would place all of them at the start of a page, where they
 *   compete for the same few cache sets (docs/getdns.md). This memory goes back to malloc in
 *   getdns_memory_free.
 *
 * The reserve is available again after all blocks from it were given back. When it is used up,
 * allocations fail.
 *
 * Ownership: getdns_memory_new / getdns_memory_free, after all blocks were given back. Threads: one
 * at a time.
 */
#ifndef IO_RESOLVER_GETDNS_MEMORY_H
#define IO_RESOLVER_GETDNS_MEMORY_H

#include <stddef.h>

enum { GETDNS_MEMORY_RESERVE = 256 * 1024 };

struct getdns_memory;

struct getdns_memory *getdns_memory_new(void); /* NULL: out of memory */
void getdns_memory_free(struct getdns_memory *memory);
/* The signatures are those that getdns takes; the first argument is the struct getdns_memory. */
void *getdns_memory_malloc(void *memory, size_t size);
/* NULL: the block cannot grow, and is unchanged. */
void *getdns_memory_realloc(void *memory, void *block, size_t size);
void getdns_memory_give_back(void *memory, void *block);

#endif
