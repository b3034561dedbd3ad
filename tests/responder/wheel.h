/*
 * Replies that wait for their time: a timer wheel of one-millisecond ticks over a fixed number of
 * slots. Ownership: wheel_new / wheel_free; slots stay with the wheel. Threads: one at a time.
 */
#ifndef TESTS_WHEEL_H
#define TESTS_WHEEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum {
    WHEEL_TICKS = 1 << 16, /* longest delay in ms, and more */
    WHEEL_SLOTS = 1 << 16, /* replies that can wait */
    LATE_SMALL = 512,      /* longer replies are kept outside of the slot */
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
/* A slot with a copy of the reply; NULL: none is free, or memory is short. */
struct late *wheel_add(struct wheel *wheel, uint64_t due_ms, const uint8_t *reply, size_t len);
/* The next reply whose time has come, in order of time; NULL: none. It is valid until the next
 * call. */
const struct late *wheel_due(struct wheel *wheel, uint64_t now_ms);
const uint8_t *late_bytes(const struct late *late);
/* Milliseconds until something may be due; -1: nothing waits. */
int wheel_wait_ms(const struct wheel *wheel, uint64_t now_ms);

#endif
