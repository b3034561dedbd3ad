/*
 * The question side, for the programs of the tests: a minimal query writer, and a question's text
 * for logs. Threads: no state.
 */
#ifndef TESTS_QUERY_H
#define TESTS_QUERY_H

#include <stddef.h>
#include <stdint.h>

enum { QUERY_MAX = 12 + 255 + 4 + 11, QUERY_TEXT_MAX = 4 * 255 + 16 };

/* name[0..len) in wire form; udp_size 0: without EDNS. Returns the length. */
size_t query_write(uint8_t out[QUERY_MAX], uint16_t id, const uint8_t *name, size_t len,
                   uint16_t type, uint16_t udp_size);
/* "name. TYPE" of a query's question ("?" without a question), NUL-terminated; returns the length.
 */
size_t query_print(char out[QUERY_TEXT_MAX], const uint8_t *wire, size_t len);

#endif
