#include "audit/facts.h"

#include <stdlib.h>
#include <string.h>

#include "audit/observation_form.h"

enum { FIRST_CAPACITY = 128 }; /* enough for the usual PTR and A answers */

enum {
    ANSWER_HEAD_MAX = 1 + 3 + 3 + 3 + NUMBER_MAX + 1 + ANSWER_ALIASES_MAX * DNSNAME_MAX + NUMBER_MAX
};
_Static_assert(2 + (1 + OBSERVATION_FORWARDS_MAX) * (ANSWER_HEAD_MAX + 1 + NUMBER_MAX + 1) +
                       ANSWER_NAMES_MAX * DNSNAME_MAX +
                       OBSERVATION_FORWARDS_MAX * (1 + DNSNAME_MAX + 3 * DNSNAME_MAX) <=
                   FACTS_MAX,
               "any possible answer fits below the ceiling");

/* Once something did not fit, nothing more is written. */
struct facts_writer {
    struct facts_buffer *buffer;
    uint32_t start; /* length to return to */
    bool good;
    uint8_t version; /* needed by the answer */
};

/* Makes room for `more` octets beyond the capacity. */
static bool grow(struct facts_buffer *buffer, uint32_t more)
{
    uint32_t need = buffer->length + more;
    uint32_t capacity = buffer->capacity > 0 ? buffer->capacity : FIRST_CAPACITY;

    if (need > FACTS_MAX)
        return false;
    while (capacity < need)
        capacity *= 2;
    uint8_t *bytes = realloc(buffer->bytes, capacity);
    if (bytes == NULL)
        return false;
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return true;
}

static inline bool make_room(struct facts_writer *writer, uint32_t more)
{
    struct facts_buffer *buffer = writer->buffer;

    if (buffer->capacity - buffer->length < more)
        writer->good = writer->good && grow(buffer, more);
    return writer->good;
}

static void put_octets(struct facts_writer *writer, const uint8_t *octets, uint32_t len)
{
    struct facts_buffer *buffer = writer->buffer;

    if (!make_room(writer, len))
        return;
    memcpy(buffer->bytes + buffer->length, octets, len);
    buffer->length += len;
}

static inline void put_octet(struct facts_writer *writer, unsigned value)
{
    if (make_room(writer, 1))
        writer->buffer->bytes[writer->buffer->length++] = (uint8_t)value;
}

static void put_number(struct facts_writer *writer, uint32_t value)
{
    for (; value > 0x7f; value >>= 7)
        put_octet(writer, value | 0x80);
    put_octet(writer, value);
}

static void put_name(struct facts_writer *writer, const struct dnsname *name)
{
    put_octets(writer, name->wire, name->length);
}

static void put_soa(struct facts_writer *writer, const struct answer *answer)
{
    put_octet(writer, answer->has_soa);
    if (!answer->has_soa)
        return;
    put_name(writer, &answer->soa_zone);
    put_name(writer, &answer->soa_mname);
    put_name(writer, &answer->soa_rname);
}

static void put_records(struct facts_writer *writer, const struct answer *answer, uint16_t type)
{
    put_octet(writer, answer->holds);
    put_number(writer, answer->total);
    put_octet(writer, answer->kept);
    for (unsigned i = 0; i < answer->kept; i++) {
        if (type == RR_PTR)
            put_name(writer, &answer->records.names[i]);
        else
            put_octets(writer, answer->records.addresses[i].bytes, type == RR_A ? 4 : 16);
    }
}

static unsigned flags_of(const struct answer *answer)
{
    unsigned parts = observation_parts[answer->kind];
    unsigned error = (parts & PART_RCODE) && answer->extended_error != 0 ? FLAG_ERROR : 0;

    if (!(parts & PART_CHAIN) && answer->alias_count > 0)
        return FLAG_CHAIN | error;
    return (answer->kind == ANSWER_RECORDS && answer->truncated ? FLAG_TRUNCATED : 0) | error;
}

static uint8_t version_of(const struct answer *answer, unsigned flags)
{
    unsigned kind = answer->kind;

    if (flags & FLAG_ERROR || kind >= KINDS_OF_3)
        return FORM_VERSION;
    return flags != 0 || kind >= KINDS_BEFORE ? FLAGS_SINCE : PLAIN_VERSION;
}

static void put_answer(struct facts_writer *writer, const struct answer *answer, uint16_t type)
{
    unsigned flags = flags_of(answer);
    unsigned parts = observation_parts[answer->kind] | (flags & FLAG_CHAIN ? PART_CHAIN : 0);

    writer->version = version_of(answer, flags);
    put_octet(writer, answer->kind | flags);
    put_number(writer, answer->tries);
    if (parts & PART_RCODE)
        put_number(writer, answer->rcode);
    if (parts & PART_CHAIN) {
        put_number(writer, answer->ttl);
        put_octet(writer, answer->alias_count);
        for (unsigned i = 0; i < answer->alias_count; i++)
            put_name(writer, &answer->aliases[i]);
        if (answer->alias_count > 0)
            put_number(writer, answer->ttl_spread);
    }
    if (parts & PART_SOA)
        put_soa(writer, answer);
    if (parts & PART_RECORDS)
        put_records(writer, answer, type);
    if (flags & FLAG_ERROR)
        put_number(writer, answer->extended_error);
}

static struct facts_writer begin(struct facts_buffer *buffer)
{
    return (struct facts_writer){.buffer = buffer, .start = buffer->length, .good = true};
}

static bool finish(struct facts_writer *writer)
{
    struct facts_buffer *buffer = writer->buffer;

    if (!writer->good)
        buffer->length = writer->start;
    else if (writer->version > buffer->bytes[VERSION_AT])
        buffer->bytes[VERSION_AT] = writer->version;
    return writer->good;
}

bool facts_put_ptr(struct facts_buffer *buffer, const struct answer *answer)
{
    struct facts_writer writer = begin(buffer);

    put_octet(&writer, PLAIN_VERSION);
    put_octet(&writer, 0);
    put_answer(&writer, answer, RR_PTR);
    return finish(&writer);
}

bool facts_put_forward(struct facts_buffer *buffer, const struct dnsname *host,
                       const struct answer *answer, uint16_t type)
{
    struct facts_writer writer = begin(buffer);

    put_octet(&writer, type);
    put_name(&writer, host);
    put_answer(&writer, answer, type);
    if (!finish(&writer))
        return false;
    buffer->bytes[FORWARD_COUNT_AT]++;
    return true;
}

void facts_free(struct facts_buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (struct facts_buffer){0};
}
