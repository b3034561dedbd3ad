/* Input: a DNS message. It is read as the reply to the question in it, so that most inputs pass the
 * first check. The answer must survive the byte form of observations. */
#include <string.h>

#include "audit/extended_error.h"
#include "audit/message.h"
#include "audit/observation.h"
#include "audit/packet.h"
#include "tests/fuzz/fuzz.h"

static void check_names(const struct dnsname *names, unsigned count)
{
    struct dnsname copy;

    for (unsigned i = 0; i < count; i++)
        REQUIRE(dnsname_from_wire(&copy, names[i].wire, names[i].length));
}

static void check_records(const struct answer *answer, uint16_t type)
{
    REQUIRE(answer->total >= 1 && answer->kept <= answer->total);
    if (type == RR_SOA)
        REQUIRE(answer->total == 1 && answer->kept == 0 && answer->has_soa);
    if (type == RR_PTR || type == RR_NS) {
        REQUIRE(answer->kept <= ANSWER_NAMES_MAX && answer->kept >= 1);
        check_names(answer->records.names, answer->kept);
    }
    for (unsigned i = 0; type == RR_A && i < answer->kept; i++)
        REQUIRE(answer->records.addresses[i].family == IP_V4);
    for (unsigned i = 0; type == RR_AAAA && i < answer->kept; i++)
        REQUIRE(answer->records.addresses[i].family == IP_V6);
}

static void check_answer(const struct answer *answer, uint16_t type)
{
    REQUIRE(answer->kind < ANSWER_UNBELIEVABLE || answer->kind >= ANSWER_REFERRAL);
    REQUIRE(answer->alias_count <= ANSWER_ALIASES_MAX);
    REQUIRE((answer->kind == ANSWER_FILTERED) ==
            (extended_error_class(answer->extended_error) == EXTENDED_FILTERED));
    REQUIRE(answer->kind != ANSWER_ALIAS_OPEN || answer->alias_count > 0);
    REQUIRE(answer->kind != ANSWER_REFERRAL || answer->alias_count == 0);
    REQUIRE(answer_longest_ttl(answer) <= 7 * 24 * 3600);
    check_names(answer->aliases, answer->alias_count);
    if (answer->has_soa) {
        bool asked_for = type == RR_SOA && answer->kind == ANSWER_RECORDS;
        REQUIRE(asked_for || (answer_is_negative(answer) && answer->ttl <= 10800));
        check_names(&answer->soa_zone, 1);
        check_names(&answer->soa_mname, 1);
        check_names(&answer->soa_rname, 1);
    }
    if (answer->kind == ANSWER_RECORDS)
        check_records(answer, type);
    else
        REQUIRE(answer->total == 0 && answer->kept == 0 && !answer->holds);
}

static void check_facts(const struct answer *answer, const struct question *question)
{
    static struct observation seen;
    static const struct answer silent = {.kind = ANSWER_SILENT, .tries = 1};
    struct facts_buffer buffer = {0};
    bool is_ptr = question->type == RR_PTR;

    REQUIRE(facts_put_ptr(&buffer, is_ptr ? answer : &silent));
    REQUIRE(is_ptr || facts_put_forward(&buffer, &question->name, answer, question->type));
    REQUIRE(observation_decode(&seen, buffer.bytes, buffer.length));
    const struct answer *back = is_ptr ? &seen.ptr : observation_forward(&seen, &question->name);
    REQUIRE(back != NULL && back->kind == answer->kind && back->rcode == answer->rcode);
    REQUIRE(back->total == answer->total && back->kept == answer->kept);
    REQUIRE(back->alias_count == answer->alias_count && back->truncated == answer->truncated);
    bool has_rcode = answer->kind != ANSWER_REFERRAL && answer->kind != ANSWER_TRUNCATED;
    REQUIRE(back->extended_error == (has_rcode ? answer->extended_error : 0));
    REQUIRE(back->ttl == answer->ttl || (answer->alias_count == 0 && answer_is_temporary(answer)));
    facts_free(&buffer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct answer answer;
    struct packet packet = {.bytes = data, .len = size};
    struct question question = {.type = RR_PTR};
    struct ipaddr wanted;

    REQUIRE(ipaddr_parse(&wanted, "198.51.100.7", 12));
    if (size > HEADER_SIZE && packet_name(&packet, HEADER_SIZE, &question.name)) {
        size_t end = packet_name_end(&packet, HEADER_SIZE);
        if (size - end >= 2)
            question.type = packet_get16(&packet, end);
    } else {
        ipaddr_reverse_name(&question.name, &wanted);
    }
    memset(&answer, 0xa5, sizeof answer);
    enum message_status status = message_read(data, size, &question, &wanted, &answer);
    if (status != MESSAGE_OK && status != MESSAGE_TRUNCATED)
        return 0;
    REQUIRE(status == MESSAGE_OK || !answer_is_negative(&answer));
    REQUIRE(status == MESSAGE_TRUNCATED || (!answer.truncated && answer.kind != ANSWER_TRUNCATED));
    answer.tries = 1;
    check_answer(&answer, question.type);
    if (question.type == RR_PTR || question.type == RR_A || question.type == RR_AAAA)
        check_facts(&answer, &question);
    return 0;
}
