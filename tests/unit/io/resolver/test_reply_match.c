/* Does a datagram answer a query? */
#include "io/resolver/reply_match.h"

#include <criterion/criterion.h>
#include <string.h>

enum { HEADER = 12, QUESTION = 15, SIZE = HEADER + QUESTION };

/* Mta7.test. PTR IN, with an empty OPT record in the query. */
static const uint8_t QUERY[SIZE + 11] = "\x12\x34\x01\x00\0\1\0\0\0\0\0\1"
                                        "\4Mta7\4test\0\0\x0c\0\1\0\0\x29\x04\xd0";

static uint8_t reply[SIZE];

static void begin(void)
{
    memcpy(reply, QUERY, SIZE);
    reply[2] = 0x81;
    reply[3] = 0x83;
    reply[11] = 0;
}

TestSuite(reply_match, .init = begin);

static bool matches(size_t size)
{
    return reply_match(QUERY, QUESTION, reply, size);
}

Test(reply_match, the_question_of_a_query_has_name_type_and_class)
{
    cr_expect_eq(reply_match_question_size(QUERY, sizeof(QUERY)), QUESTION);
    cr_expect_eq(reply_match_question_size(QUERY, SIZE), QUESTION);
    cr_expect_eq(reply_match_question_size(QUERY, SIZE - 1), 0u);
    for (size_t size = 0; size <= HEADER; size++)
        cr_expect_eq(reply_match_question_size(QUERY, size), 0u);
}

Test(reply_match, a_reply_repeats_the_question)
{
    cr_expect(matches(SIZE));
    reply[HEADER + 1] = 'm';
    reply[HEADER + 6] = 'T';
    cr_expect(matches(SIZE), "ASCII case makes no difference");
    for (size_t size = 0; size < SIZE; size++)
        cr_expect_not(matches(size), "%zu octets", size);
}

Test(reply_match, each_other_octet_of_the_question_is_compared)
{
    for (size_t at = HEADER; at < SIZE; at++) {
        begin();
        reply[at] ^= 1;
        cr_expect_not(matches(SIZE), "octet %zu", at);
    }
    begin();
    reply[HEADER + 4] = '7' ^ 0x20; /* differs like case, but is no letter */
    cr_expect_not(matches(SIZE));
    begin();
    reply[SIZE - 1] = 0x21;
    cr_expect_not(matches(SIZE));
}

Test(reply_match, header_flags_of_a_reply)
{
    reply[2] &= 0x7f;
    cr_expect_not(matches(SIZE), "QR is 0");
    begin();
    reply[2] |= 0x28;
    cr_expect_not(matches(SIZE), "another opcode");
    begin();
    reply[5] = 2;
    cr_expect_not(matches(SIZE), "two questions");
}

Test(reply_match, an_error_may_come_without_the_question)
{
    reply[5] = 0;
    for (uint8_t rcode = 0; rcode < 16; rcode++) {
        reply[3] = 0x80 | rcode;
        cr_expect_eq(matches(HEADER), rcode != 0 && rcode != 3, "RCODE %u", rcode);
    }
    reply[3] = 0x85;
    cr_expect_not(matches(SIZE), "octets after the header");
    cr_expect_not(matches(HEADER - 1));
}
