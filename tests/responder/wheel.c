#include "tests/responder/wheel.h"

#include <stdlib.h>
#include <string.h>

enum { NOTHING = UINT32_MAX };
enum { LOOK_AHEAD_MS = 50 };

struct tick {
    uint32_t first;
    uint32_t last;
};

struct wheel {
    uint64_t now_ms; /* all ticks before this one are empty */
    uint32_t free;
    uint32_t given; /* the slot that wheel_due returned last */
    unsigned waiting;
    struct tick ticks[WHEEL_TICKS];
    struct late slots[WHEEL_SLOTS];
};

struct wheel *wheel_new(uint64_t now_ms)
{
    struct wheel *wheel = malloc(sizeof(*wheel));

    if (!wheel) {
        return NULL;
    }
    wheel->now_ms = now_ms;
    wheel->given = NOTHING;
    wheel->waiting = 0;
    wheel->free = 0;
    memset(wheel->ticks, 0xff, sizeof(wheel->ticks));
    for (uint32_t i = 0; i < WHEEL_SLOTS; i++) {
        wheel->slots[i].next = i + 1 < WHEEL_SLOTS ? i + 1 : NOTHING;
        wheel->slots[i].large = NULL;
    }
    return wheel;
}

void wheel_free(struct wheel *wheel)
{
    if (!wheel) {
        return;
    }
    for (uint32_t i = 0; i < WHEEL_SLOTS; i++) {
        free(wheel->slots[i].large);
    }
    free(wheel);
}

struct late *wheel_add(struct wheel *wheel, uint64_t due_ms, const uint8_t *reply, size_t len)
{
    uint64_t last_ms = wheel->now_ms + WHEEL_TICKS - 1;
    uint32_t index = wheel->free;
    uint8_t *large = len > LATE_SMALL ? malloc(len) : NULL;

    if (index == NOTHING || (len > LATE_SMALL && !large)) {
        free(large);
        return NULL;
    }
    struct late *late = &wheel->slots[index];
    wheel->free = late->next;
    late->large = large;
    late->length = len;
    memcpy(large ? large : late->small, reply, len);
    due_ms = due_ms < wheel->now_ms ? wheel->now_ms : due_ms > last_ms ? last_ms : due_ms;
    struct tick *tick = &wheel->ticks[due_ms % WHEEL_TICKS];
    if (tick->first == NOTHING) {
        tick->first = index;
    } else {
        wheel->slots[tick->last].next = index;
    }
    tick->last = index;
    late->next = NOTHING;
    wheel->waiting++;
    return late;
}

static void release(struct wheel *wheel)
{
    if (wheel->given != NOTHING) {
        struct late *late = &wheel->slots[wheel->given];

        free(late->large);
        late->large = NULL;
        late->next = wheel->free;
        wheel->free = wheel->given;
        wheel->given = NOTHING;
    }
}

const struct late *wheel_due(struct wheel *wheel, uint64_t now_ms)
{
    release(wheel);
    if (wheel->waiting == 0) {
        wheel->now_ms = now_ms > wheel->now_ms ? now_ms : wheel->now_ms;
        return NULL;
    }
    for (; wheel->now_ms <= now_ms; wheel->now_ms++) {
        struct tick *tick = &wheel->ticks[wheel->now_ms % WHEEL_TICKS];

        if (tick->first != NOTHING) {
            struct late *late = &wheel->slots[tick->first];

            wheel->given = tick->first;
            tick->first = late->next;
            wheel->waiting--;
            return late;
        }
    }
    return NULL;
}

const uint8_t *late_bytes(const struct late *late)
{
    return late->large ? late->large : late->small;
}

int wheel_wait_ms(const struct wheel *wheel, uint64_t now_ms)
{
    if (wheel->waiting == 0) {
        return -1;
    }
    int wait = 0;
    while (wait < LOOK_AHEAD_MS) {
        uint64_t tick = now_ms + (uint64_t)wait;

        if (tick >= wheel->now_ms && wheel->ticks[tick % WHEEL_TICKS].first != NOTHING) {
            break;
        }
        wait++;
    }
    return wait;
}
