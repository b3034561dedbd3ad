/*
 * Counts of verdicts by network, for the picture of a fleet. All networks have one prefix length.
 * If there are too many, it becomes shorter by four bits and their counts are added up, so memory
 * is bounded and nothing is left out.
 *
 * Ownership: network_map_new / network_map_free. Threads: one at a time.
 */
#ifndef REPORTS_NETWORK_MAP_H
#define REPORTS_NETWORK_MAP_H

#include "reports/report_row.h"

struct network {
    uint64_t key; /* the first 64 bits of its addresses */
    uint64_t addresses;
    uint64_t counts[VERDICTS];
};

struct network_map;

/* Begins with networks of `length` bits, a multiple of four and at most 64, and keeps at most
 * `most`. NULL: out of memory. */
struct network_map *network_map_new(enum ip_family family, unsigned length, unsigned most);
void network_map_free(struct network_map *map);
/* Ignores addresses of the other family. */
void network_map_add(struct network_map *map, const struct ipaddr *address, enum verdict verdict);

/* The rest is for a map without more additions. */
/* Sorts the networks. They are joined further until they are in at most `groups` blocks of 256. */
void network_map_sort(struct network_map *map, unsigned groups);
unsigned network_map_length(const struct network_map *map);
/* Ascending. NULL past the end. */
const struct network *network_map_at(const struct network_map *map, unsigned index);
struct ipaddr network_map_address(const struct network_map *map, const struct network *network);

/* The place among the 256 networks of its block, and the number of the block. */
unsigned network_map_place(const struct network_map *map, const struct network *network);
uint64_t network_map_block(const struct network_map *map, const struct network *network);

/* Its addresses other than not-public: those that can pass. */
uint64_t network_public(const struct network *network);
/* The most common verdict other than pass and not-public; VERDICT_NOT_PUBLIC: no address is public;
 * VERDICT_PASS: all that are pass. */
enum verdict network_fault(const struct network *network);

#endif
