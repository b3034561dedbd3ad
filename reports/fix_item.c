#include "reports/fix_item.h"

#include <string.h>

#include "reports/sorted_name.h"
#include "reports/sorted_number.h"

/* As it arrives: group, verdict, body. Sorted by address: party, order, body, group, verdict.
 * Sorted by zone: party, order, rank, body, group, 0. Numbers have the highest octet first. */
enum {
    NUMBER = 4,
    AT_VERDICT = NUMBER,
    AT_BODY = AT_VERDICT + 1,
    AT_ORDER = NUMBER,
    AT_SORTED = AT_ORDER + 1,
    TAIL = NUMBER + 1,
    /* in the body */
    ADDRESS = 1,
    NO_RECORD = 17, /* 0: there is a record; else enum no_record */
    KIND = 18,
    TYPE = 19,
    NAMES = 20, /* length octet (0: none) and wire form of the owner, then of the host; after them
                   the state, which does not decide the order: the present one, flags */
};

enum { IS_PAIR = 1, IS_SHARED = 2, IS_INSIDE = 4 }; /* flags */

enum { STATE_MAX = PRESENT_OCTETS + 1 };

_Static_assert(AT_SORTED + NUMBER + NAMES + 2 * (1 + DNSNAME_MAX) + STATE_MAX + TAIL ==
                   (int)FIX_ITEM_MAX,
               "the longest form has room");

enum no_record { NO_RECORD_BUT_DOMAIN = 1, NO_RECORD_AT_ALL, NO_RECORD_BUT_QUESTION };

static void put_number(uint8_t *out, unsigned number)
{
    sorted_number_put(out, number, NUMBER);
}

static unsigned get_number(const uint8_t *octets)
{
    return (unsigned)sorted_number_get(octets, NUMBER);
}

size_t fix_item_put(uint8_t out[FIX_ITEM_MAX], const struct fix_item *item)
{
    const struct fix *fix = &item->fix;
    uint8_t *body = out + AT_BODY;
    uint8_t *at = body + NAMES;

    put_number(out, item->group);
    out[AT_VERDICT] = (uint8_t)item->verdict;
    body[0] = item->address.family;
    memcpy(body + ADDRESS, item->address.bytes, sizeof(item->address.bytes));
    body[NO_RECORD] = fix->has_record     ? 0
                      : fix->has_domain   ? NO_RECORD_BUT_DOMAIN
                      : fix->has_question ? NO_RECORD_BUT_QUESTION
                                          : NO_RECORD_AT_ALL;
    body[KIND] = (uint8_t)item->kind;
    bool has_owner = fix->has_record || fix->has_question;
    body[TYPE] = has_owner ? (uint8_t)fix->type : 0;
    at += sorted_name_put(at, has_owner ? &fix->owner : NULL);
    bool has_host = fix->has_record ? fix->type == RR_PTR : fix->has_domain;
    at += sorted_name_put(at, has_host ? &fix->host : NULL);
    *at = 0;
    if (item->present)
        memcpy(at, item->present, item->present_length);
    at += item->present ? item->present_length : 1;
    *at++ = (uint8_t)((item->is_pair ? IS_PAIR : 0) | (item->is_shared ? IS_SHARED : 0) |
                      (item->is_inside ? IS_INSIDE : 0));
    return (size_t)(at - out);
}

unsigned fix_item_group(const uint8_t *item)
{
    return get_number(item);
}

size_t fix_item_sorted(uint8_t out[FIX_ITEM_MAX], const uint8_t *item, size_t length,
                       unsigned party, enum fix_order order, unsigned rank)
{
    bool by_zone = order == FIX_BY_ZONE;
    uint8_t *at = out + AT_SORTED;

    if (by_zone && item[AT_BODY + NO_RECORD])
        return 0;
    put_number(out, party);
    out[AT_ORDER] = (uint8_t)order;
    if (by_zone) {
        put_number(at, rank);
        at += NUMBER;
    }
    memcpy(at, item + AT_BODY, length - AT_BODY);
    at += length - AT_BODY;
    memcpy(at, item, NUMBER);
    at[NUMBER] = by_zone ? 0 : item[AT_VERDICT]; /* equal records must be equal octets */
    return (size_t)(at + TAIL - out);
}

unsigned fix_item_party(const uint8_t *sorted)
{
    return get_number(sorted);
}

enum fix_order fix_item_order(const uint8_t *sorted)
{
    return sorted[AT_ORDER];
}

void fix_item_get(struct fix_item *out, const uint8_t *sorted, size_t length)
{
    const uint8_t *body = sorted + AT_SORTED + (sorted[AT_ORDER] == FIX_BY_ZONE ? NUMBER : 0);
    const uint8_t *at = body + NAMES;

    out->address.family = body[0];
    memcpy(out->address.bytes, body + ADDRESS, sizeof(out->address.bytes));
    out->kind = body[KIND];
    out->fix.has_record = !body[NO_RECORD];
    out->fix.has_domain = body[NO_RECORD] == NO_RECORD_BUT_DOMAIN;
    out->fix.has_question = body[NO_RECORD] == NO_RECORD_BUT_QUESTION;
    out->fix.type = body[TYPE];
    out->fix.address = out->address;
    at += sorted_name_get(&out->fix.owner, at);
    at += sorted_name_get(&out->fix.host, at);
    out->present = at[0] ? at : NULL;
    out->present_length = at[0] ? (size_t)(sorted + length - TAIL - 1 - at) : 0;
    out->is_pair = sorted[length - TAIL - 1] & IS_PAIR;
    out->is_shared = sorted[length - TAIL - 1] & IS_SHARED;
    out->is_inside = sorted[length - TAIL - 1] & IS_INSIDE;
    out->group = get_number(sorted + length - TAIL);
    out->verdict = sorted[length - 1];
    out->is_repeated = false;
}
