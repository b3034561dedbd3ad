/* Which replies refuse EDNS. */
#include "io/resolver/edns.h"

#include <criterion/criterion.h>
#include <string.h>

/* BADVERS to a question about the root: header, question, OPT record. */
static const uint8_t BADVERS[28] = "\x12\x34\x81\x80\0\1\0\0\0\0\0\1\0\0\x0c\0\1"
                                   "\0\0\x29\x04\xd0\1\0\0\0\0";
static uint8_t reply[28];

static void begin(void)
{
    memcpy(reply, BADVERS, sizeof(reply));
}

TestSuite(edns, .init = begin);

Test(edns, formerr_and_notimp_refuse_it)
{
    reply[22] = 0;
    for (uint8_t rcode = 0; rcode < 16; rcode++) {
        reply[3] = 0x80 | rcode;
        cr_expect_eq(edns_is_refused(reply, sizeof(reply)), rcode == 1 || rcode == 4, "RCODE %u",
                     rcode);
        cr_expect_eq(edns_is_refused(reply, 12), rcode == 1 || rcode == 4);
        cr_expect_not(edns_is_refused(reply, 11));
    }
}

Test(edns, badvers_refuses_it)
{
    cr_expect(edns_is_refused(reply, sizeof(reply)));
    for (size_t size = 0; size < sizeof(reply); size++)
        cr_expect_not(edns_is_refused(reply, size), "%zu octets", size);
    reply[22] = 2;
    cr_expect_not(edns_is_refused(reply, sizeof(reply)), "another RCODE");
    begin();
    reply[3] = 0x87;
    cr_expect_not(edns_is_refused(reply, sizeof(reply)), "BADVERS and 7 is BADCOOKIE");
    begin();
    reply[7] = 1;
    cr_expect_not(edns_is_refused(reply, sizeof(reply)), "with an answer");
    begin();
    reply[19] = 1;
    cr_expect_not(edns_is_refused(reply, sizeof(reply)), "no OPT record");
}

Test(edns, badvers_may_come_without_the_question)
{
    reply[5] = 0;
    memmove(reply + 12, reply + 17, 11);
    cr_expect(edns_is_refused(reply, 23));
    cr_expect_not(edns_is_refused(reply, 22));
}
