#include "reports/party_ranges.h"

struct reading {
    struct party_ranges *out;
    const struct fix_party *party;
    unsigned most;
    bool any; /* `address` is set */
    struct ipaddr address;
    uint32_t verdicts;
    bool server_fails;
    bool has_record;
};

static void add(struct reading *reading, struct address_ranges *ranges)
{
    (void)address_ranges_add(ranges, &reading->address, ranges->range_count < reading->most);
}

static void end_address(struct reading *reading)
{
    for (uint32_t left = reading->verdicts; left != 0; left &= left - 1)
        add(reading, &reading->out->problems[__builtin_ctz(left)]);
    if (reading->server_fails)
        add(reading, &reading->out->on_broken_servers);
    if (reading->verdicts != 0 && !reading->has_record && reading->party->who == FIXER_REVERSE_ZONE)
        add(reading, &reading->out->nameless);
    reading->verdicts = 0;
    reading->server_fails = reading->has_record = false;
}

static void take_item(void *context, const struct fix_item *item)
{
    struct reading *reading = context;

    if (!reading->any || !ipaddr_equal(&reading->address, &item->address)) {
        end_address(reading);
        reading->any = true;
        reading->address = item->address;
    }
    if (item->kind == FIX_ITEM_RECORD)
        reading->verdicts |= UINT32_C(1) << item->verdict;
    reading->server_fails |= item->kind == FIX_ITEM_SERVER_FAILS;
    reading->has_record |= item->fix.has_record;
}

bool party_ranges_read(struct party_ranges *out, struct fix_list *list,
                       const struct fix_party *party, unsigned most, struct failure *failure)
{
    struct reading reading = {.out = out, .party = party, .most = most};

    *out = (struct party_ranges){0};
    if (!fix_list_each(list, party, FIX_BY_ADDRESS, take_item, &reading, failure)) {
        party_ranges_free(out);
        return false;
    }
    end_address(&reading);
    return true;
}

void party_ranges_free(struct party_ranges *ranges)
{
    for (unsigned i = 0; i < VERDICTS; i++)
        address_ranges_free(&ranges->problems[i]);
    address_ranges_free(&ranges->nameless);
    address_ranges_free(&ranges->on_broken_servers);
    *ranges = (struct party_ranges){0};
}
