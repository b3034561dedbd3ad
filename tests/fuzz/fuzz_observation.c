/* Input: the byte form of an observation. What decodes is written again, and must be the same bytes. */
#include <string.h>

#include "audit/observation.h"
#include "tests/fuzz/fuzz.h"

/* The type is not among the facts of a forward without addresses: it does not matter there. */
static uint16_t type_of(const struct answer *answer)
{
    bool v6 =
        answer->kind == ANSWER_RECORDS && answer->kept > 0 && answer->records.addresses[0].family == IP_V6;

    return v6 ? RR_AAAA : RR_A;
}

static struct facts_buffer encode(const struct observation *seen)
{
    struct facts_buffer buffer = {0};

    REQUIRE(facts_put_ptr(&buffer, &seen->ptr));
    for (unsigned i = 0; i < seen->forward_count; i++) {
        const struct forward *forward = &seen->forwards[i];
        REQUIRE(facts_put_forward(&buffer, &forward->host, &forward->answer, type_of(&forward->answer)));
    }
    return buffer;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct observation seen;

    memset(&seen, 0xa5, 4096);
    if (!observation_decode(&seen, data, size))
        return 0;
    struct facts_buffer first = encode(&seen);
    REQUIRE(first.length == size);
    for (unsigned i = 0; i < seen.forward_count; i++)
        REQUIRE(observation_forward(&seen, &seen.forwards[i].host) != NULL);
    REQUIRE(observation_decode(&seen, first.bytes, first.length));
    struct facts_buffer second = encode(&seen);
    REQUIRE(second.length == size && memcmp(first.bytes, second.bytes, size) == 0);
    facts_free(&first);
    facts_free(&second);
    return 0;
}
