/*
 * Late replies: a timer wheel of one-millisecond ticks over a fixed number of slots. Ownership:
 * wheel_new / wheel_free; slots belong to the wheel. Threads: one at a time.
 */
#ifndef TESTS_WHEEL_H
#define TESTS_WHEEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum {
    WHEEL_TICKS = 1 << 16, /* exceeds the longest delay in ms */
    WHEEL_SLOTS = 1 << 16, /* late replies at a time */
    LATE_SMALL = 512,      /* longer replies are stored outside the slot */
};

struct late {
    uint32_t next;
    uint32_t connection; /* TCP: index and generation */
    uint32_t generation;
    int fd; /* UDP; -1 for TCP */
    bool twice;
    socklen_t peer_length;
    struct sockaddr_storage peer;
    uint8_t *large;
    size_t length;
    uint8_t small[LATE_SMALL];
};

struct wheel;

struct wheel *wheel_new(uint64_t now_ms); /* NULL: out of memory */
void wheel_free(struct wheel *wheel);
/* Copies the reply into a slot; NULL: no slot is free, or no memory. */
struct late *wheel_add(struct wheel *wheel, uint64_t due_ms, const uint8_t *reply, size_t len);
/* The next due reply, in order of time; NULL: none. Valid until the next call. */
const struct late *wheel_due(struct wheel *wheel, uint64_t now_ms);
const uint8_t *late_bytes(const struct late *late);
/* Milliseconds until a reply may be due; -1: none waits. */
int wheel_wait_ms(const struct wheel *wheel, uint64_t now_ms);

#endif
