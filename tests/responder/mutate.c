#include "tests/responder/mutate.h"

#include <string.h>

enum { HEADER = 12, ROUNDS_MAX = 4, SPAN_MAX = 64, STRAY_ID_ONE_IN = 16 };

/* The message being mutated. */
struct patient {
    uint8_t *wire;
    size_t length;
    size_t cap;
    random_fn *random;
    void *state;
};

static uint32_t below(struct patient *patient, size_t bound)
{
    return (uint32_t)((uint64_t)patient->random(patient->state) * bound >> 32);
}

static void flip_bits(struct patient *patient)
{
    for (uint32_t i = below(patient, 8) + 1; i > 0; i--) {
        patient->wire[2 + below(patient, patient->length - 2)] ^=
            (uint8_t)(1u << below(patient, 8));
    }
}

static void scribble(struct patient *patient)
{
    size_t at = 2 + below(patient, patient->length - 2);

    for (size_t i = below(patient, SPAN_MAX) + 1; i > 0 && at < patient->length; i--) {
        patient->wire[at++] = (uint8_t)below(patient, 256);
    }
}

static void cut(struct patient *patient)
{
    patient->length = HEADER + below(patient, patient->length - HEADER + 1);
}

/* Repeats a part of the message somewhere in it. */
static void repeat(struct patient *patient)
{
    size_t from = below(patient, patient->length);
    size_t to = 2 + below(patient, patient->length - 1);
    size_t size = below(patient, SPAN_MAX) + 1u;
    uint8_t part[SPAN_MAX];

    size = size < patient->length - from ? size : patient->length - from;
    if (patient->length + size > patient->cap) {
        return;
    }
    memcpy(part, patient->wire + from, size);
    memmove(patient->wire + to + size, patient->wire + to, patient->length - to);
    memcpy(patient->wire + to, part, size);
    patient->length += size;
}

static void change_count(struct patient *patient)
{
    size_t at = 4 + 2 * below(patient, 4);
    bool small = below(patient, 2) != 0;

    patient->wire[at] = small ? 0 : (uint8_t)below(patient, 256);
    patient->wire[at + 1] = (uint8_t)below(patient, small ? 4 : 256);
}

static void change_flags(struct patient *patient)
{
    patient->wire[2 + below(patient, 2)] = (uint8_t)below(patient, 256);
}

/* A compression pointer, forward, backward or to itself. */
static void point(struct patient *patient)
{
    size_t at = HEADER + below(patient, patient->length - HEADER);

    if (at + 2 <= patient->length) {
        size_t target = below(patient, 4) == 0 ? at : below(patient, patient->length);

        patient->wire[at] = (uint8_t)(0xc0 | target >> 8);
        patient->wire[at + 1] = (uint8_t)target;
    }
}

/* Random octets after the header, or everywhere. */
static void randomise(struct patient *patient)
{
    size_t from = below(patient, 2) ? 2 : HEADER;
    size_t length = HEADER + below(patient, 256);

    patient->length = length < patient->cap ? length : patient->cap;
    for (size_t i = from; i < patient->length; i++) {
        patient->wire[i] = (uint8_t)below(patient, 256);
    }
}

/* Drops the question. */
static void lose_question(struct patient *patient)
{
    patient->wire[4] = 0;
    patient->wire[5] = (uint8_t)below(patient, 3);
}

static void (*const KNIVES[])(struct patient *) = {
    flip_bits, scribble, cut, repeat, change_count, change_flags, lose_question, point, randomise};

size_t mutate(uint8_t *message, size_t length, size_t cap, random_fn *random, void *state)
{
    struct patient patient = {message, length, cap, random, state};

    for (uint32_t rounds = below(&patient, ROUNDS_MAX) + 1; rounds > 0 && patient.length > HEADER;
         rounds--) {
        KNIVES[below(&patient, sizeof(KNIVES) / sizeof(*KNIVES))](&patient);
    }
    if (below(&patient, STRAY_ID_ONE_IN) == 0) {
        message[below(&patient, 2)] ^= (uint8_t)(1 + below(&patient, 255));
    }
    return patient.length;
}
