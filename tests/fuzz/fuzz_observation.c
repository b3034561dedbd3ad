/* Input: the byte form of an observation. If it decodes, it is written again, in the lowest version
 * that can hold it, and must be the same bytes if it was of that version. */
#include <string.h>

#include "audit/observation.h"
#include "tests/fuzz/fuzz.h"

/* The type is not among the facts of a forward without addresses: it does not matter there. */
static uint16_t type_of(const struct answer *answer)
{
    bool v6 = answer->kind == ANSWER_RECORDS && answer->kept > 0 &&
              answer->records.addresses[0].family == IP_V6;

    return v6 ? RR_AAAA : RR_A;
}

static struct facts_buffer encode(const struct observation *seen)
{
    struct facts_buffer buffer = {0};

    REQUIRE(facts_put_ptr(&buffer, &seen->ptr));
    for (unsigned i = 0; i < seen->forward_count; i++) {
        const struct forward *forward = &seen->forwards[i];
        REQUIRE(facts_put_forward(&buffer, &forward->host, &forward->answer,
                                  type_of(&forward->answer)));
    }
    return buffer;
}

/* Reading the names alone stays within the bytes and gives the names of the observation. */
static void walk_names(const uint8_t *data, size_t size, const struct observation *seen)
{
    struct ptr_names names;
    const uint8_t *wire;

    if (!ptr_names_begin(&names, data, size)) {
        REQUIRE(!seen);
        return;
    }
    REQUIRE(!seen || names.count == (seen->ptr.kind == ANSWER_RECORDS ? seen->ptr.kept : 0));
    for (unsigned i = 0; names.count > 0; i++) {
        size_t length = ptr_names_next(&names, &wire);
        REQUIRE(wire >= data && wire + length <= data + size);
        REQUIRE(!seen || (length == seen->ptr.records.names[i].length &&
                          memcmp(wire, seen->ptr.records.names[i].wire, length) == 0));
        if (length == 0)
            return;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct observation seen;

    memset(&seen, 0xa5, 4096);
    if (!observation_decode(&seen, data, size)) {
        walk_names(data, size, NULL);
        return 0;
    }
    walk_names(data, size, &seen);
    struct facts_buffer first = encode(&seen);
    REQUIRE(data[0] != first.bytes[0] || first.length == size);
    for (unsigned i = 0; i < seen.forward_count; i++)
        REQUIRE(observation_forward(&seen, &seen.forwards[i].host) != NULL);
    REQUIRE(observation_decode(&seen, first.bytes, first.length));
    struct facts_buffer second = encode(&seen);
    REQUIRE(second.length == first.length && memcmp(first.bytes, second.bytes, first.length) == 0);
    facts_free(&first);
    facts_free(&second);
    return 0;
}
