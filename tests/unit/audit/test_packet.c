/* The cost of reading names. Their meaning is tested in test_message.c. */
#include "audit/packet.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

#include "audit/answer.h"

/* A header, then "mta7.example" at 12, "b" and a pointer to it at 26, and a pointer to that at 30.
 */
static const uint8_t NAMES[] = "\0\0\0\0\0\0\0\0\0\0\0\0\4mta7\7example\0\1b\xc0\x0c\xc0\x1a";

enum { WHOLE = 12, LABEL = 26, POINTER = 30, COST_WHOLE = 3 * PACKET_WORK_LABEL + 14 };

static struct packet packet = {.bytes = NAMES, .len = sizeof NAMES - 1};
static struct dnsname name;

static uint32_t cost_of(size_t at)
{
    uint32_t before = packet.work;

    cr_assert(packet_name(&packet, at, &name));
    return packet.work - before;
}

Test(packet, labels_pointers_and_octets_are_counted)
{
    cr_expect(eq(u32, cost_of(WHOLE), COST_WHOLE));
    cr_expect(eq(u32, cost_of(LABEL), PACKET_WORK_LABEL + 2 + PACKET_WORK_LABEL + COST_WHOLE));
    cr_expect(eq(u32, cost_of(POINTER), 3 * PACKET_WORK_LABEL + 2 + COST_WHOLE));
    cr_expect(eq(u8, name.length, 16));
}

Test(packet, no_name_is_read_above_the_ceiling)
{
    packet.work = PACKET_WORK_MAX - COST_WHOLE;
    cr_expect(packet_name(&packet, WHOLE, &name));
    cr_expect(not(packet_is_spent(&packet)));
    cr_expect(not(packet_name(&packet, WHOLE, &name)));
    cr_expect(packet_is_spent(&packet));
    cr_expect(not(packet_name_is(&packet, WHOLE, &name)));
    cr_expect(eq(u32, packet.work,
                 PACKET_WORK_MAX + PACKET_WORK_LABEL + 5)); /* its first label, and no more */
}

Test(packet, pointers_are_told_from_labels)
{
    cr_expect(eq(u16, packet_pointer(&packet, WHOLE), 0));
    cr_expect(eq(u16, packet_pointer(&packet, LABEL), 0));
    cr_expect(eq(u16, packet_pointer(&packet, POINTER), 0xc01a));
}

/* RFC 1035 4.1.4: only 00 and 11 are in use as the first two bits. */
Test(packet, a_name_ends_at_the_root_or_after_a_pointer)
{
    static const uint8_t longest[1 + 63 + 1] = {63, 'a'}, too_long[1 + 64 + 1] = {64, 'a'},
                                          reserved[1 + 0x80 + 1] = {0x80, 'a'};
    struct packet whole = {.bytes = longest, .len = sizeof longest};
    size_t length = packet.len;

    cr_expect(eq(sz, packet_name_end(&packet, WHOLE), LABEL));
    cr_expect(eq(sz, packet_name_end(&packet, LABEL), POINTER));
    cr_expect(eq(sz, packet_name_end(&packet, POINTER), length));
    packet.len--;
    cr_expect(eq(sz, packet_name_end(&packet, POINTER), 0), "half a pointer");
    packet.len = length;
    cr_expect(eq(sz, packet_name_end(&packet, length), 0));
    cr_expect(eq(sz, packet_name_end(&whole, 0), sizeof longest));
    whole.len--;
    cr_expect(eq(sz, packet_name_end(&whole, 0), 0), "no root");
    whole = (struct packet){.bytes = too_long, .len = sizeof too_long};
    cr_expect(eq(sz, packet_name_end(&whole, 0), 0));
    whole = (struct packet){.bytes = reserved, .len = sizeof reserved};
    cr_expect(eq(sz, packet_name_end(&whole, 0), 0));
}

/* An A record; gives the offset after it. */
static size_t put_record(uint8_t *bytes, size_t at, unsigned owner)
{
    static const uint8_t REST[] = "\0\1\0\1\0\0\0\74\0\4\306\63\144\7";

    bytes[at] = 0xc0;
    bytes[at + 1] = (uint8_t)owner;
    memcpy(bytes + at + 2, REST, sizeof REST - 1);
    return at + 2 + sizeof REST - 1;
}

Test(packet, an_owner_that_is_repeated_is_read_once)
{
    static const struct {
        unsigned owner;
        unsigned reads;
    } ROWS[] = {{12, 1}, {12, 1}, {12, 1}, {13, 2}, {13, 2}, {12, 3}};
    uint8_t bytes[128] = {[12] = 0, [13] = 0}; /* the root, twice */
    size_t end = 14, at = 14;
    struct record record;

    for (unsigned i = 0; i < 6; i++)
        end = put_record(bytes, end, ROWS[i].owner);
    struct packet records = {.bytes = bytes, .len = end};
    for (unsigned i = 0; i < 6; i++) {
        cr_assert(packet_next_checked(&records, &at, &record));
        cr_expect(eq(u32, records.work, ROWS[i].reads * (2 * PACKET_WORK_LABEL + 1)));
        cr_expect(eq(sz, record.rdlen, 4));
    }
    cr_expect(eq(sz, at, end));
}
