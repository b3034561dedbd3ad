#include "audit/special.h"

#include <string.h>

/* Numbers are repeated beside the text, so that nothing is parsed at run time; a test compares the
 * two. */
struct special_row {
    struct special_block block;
    ip_count network;
    unsigned length;
};

#define V4(a, b, c, d) \
    ((ip_count)(a) << 24 | (ip_count)(b) << 16 | (ip_count)(c) << 8 | (ip_count)(d))
#define V6(a, b, c, d, low)                                                                   \
    ((ip_count)(a) << 112 | (ip_count)(b) << 96 | (ip_count)(c) << 80 | (ip_count)(d) << 64 | \
     (ip_count)(low))

/* clang-format off */

/* IANA IPv4 Special-Purpose Address Registry, and multicast. A block comes before the blocks that
 * include it: the first match decides. */
static const struct special_row v4_rows[] = {
    {{"0.0.0.0/32", "\"This host on this network\"", "RFC 1122", false}, V4(0, 0, 0, 0), 32},
    {{"0.0.0.0/8", "\"This network\"", "RFC 791", false}, V4(0, 0, 0, 0), 8},
    {{"10.0.0.0/8", "Private-Use", "RFC 1918", false}, V4(10, 0, 0, 0), 8},
    {{"100.64.0.0/10", "Shared Address Space", "RFC 6598", false}, V4(100, 64, 0, 0), 10},
    {{"127.0.0.0/8", "Loopback", "RFC 1122", false}, V4(127, 0, 0, 0), 8},
    {{"169.254.0.0/16", "Link Local", "RFC 3927", false}, V4(169, 254, 0, 0), 16},
    {{"172.16.0.0/12", "Private-Use", "RFC 1918", false}, V4(172, 16, 0, 0), 12},
    {{"192.0.0.8/32", "IPv4 dummy address", "RFC 7600", false}, V4(192, 0, 0, 8), 32},
    {{"192.0.0.9/32", "Port Control Protocol Anycast", "RFC 7723", true}, V4(192, 0, 0, 9), 32},
    {{"192.0.0.10/32", "Traversal Using Relays around NAT Anycast", "RFC 8155", true},
     V4(192, 0, 0, 10), 32},
    {{"192.0.0.170/32", "NAT64/DNS64 Discovery", "RFC 8880", false}, V4(192, 0, 0, 170), 32},
    {{"192.0.0.171/32", "NAT64/DNS64 Discovery", "RFC 8880", false}, V4(192, 0, 0, 171), 32},
    {{"192.0.0.0/29", "IPv4 Service Continuity Prefix", "RFC 7335", false}, V4(192, 0, 0, 0), 29},
    {{"192.0.0.0/24", "IETF Protocol Assignments", "RFC 6890", false}, V4(192, 0, 0, 0), 24},
    {{"192.0.2.0/24", "Documentation (TEST-NET-1)", "RFC 5737", false}, V4(192, 0, 2, 0), 24},
    {{"192.88.99.0/24", "Deprecated (6to4 Relay Anycast)", "RFC 7526", false},
     V4(192, 88, 99, 0), 24},
    {{"192.168.0.0/16", "Private-Use", "RFC 1918", false}, V4(192, 168, 0, 0), 16},
    {{"198.18.0.0/15", "Benchmarking", "RFC 2544", false}, V4(198, 18, 0, 0), 15},
    {{"198.51.100.0/24", "Documentation (TEST-NET-2)", "RFC 5737", false}, V4(198, 51, 100, 0), 24},
    {{"203.0.113.0/24", "Documentation (TEST-NET-3)", "RFC 5737", false}, V4(203, 0, 113, 0), 24},
    {{"224.0.0.0/4", "Multicast", "RFC 5771", false}, V4(224, 0, 0, 0), 4},
    {{"255.255.255.255/32", "Limited Broadcast", "RFC 919", false}, V4(255, 255, 255, 255), 32},
    {{"240.0.0.0/4", "Reserved", "RFC 1112", false}, V4(240, 0, 0, 0), 4},
};

/* IANA IPv6 Special-Purpose Address Registry, and multicast; in the same order. */
static const struct special_row v6_rows[] = {
    {{"::1/128", "Loopback Address", "RFC 4291", false}, V6(0, 0, 0, 0, 1), 128},
    {{"::/128", "Unspecified Address", "RFC 4291", false}, V6(0, 0, 0, 0, 0), 128},
    {{"::ffff:0:0/96", "IPv4-mapped Address", "RFC 4291", false},
     V6(0, 0, 0, 0, 0xffff00000000), 96},
    {{"64:ff9b:1::/48", "IPv4-IPv6 Translation", "RFC 8215", false}, V6(0x64, 0xff9b, 1, 0, 0), 48},
    {{"100::/64", "Discard-Only Address Block", "RFC 6666", false}, V6(0x100, 0, 0, 0, 0), 64},
    {{"100:0:0:1::/64", "Dummy IPv6 Prefix", "RFC 9780", false}, V6(0x100, 0, 0, 1, 0), 64},
    {{"2001:1::1/128", "Port Control Protocol Anycast", "RFC 7723", true},
     V6(0x2001, 1, 0, 0, 1), 128},
    {{"2001:1::2/128", "Traversal Using Relays around NAT Anycast", "RFC 8155", true},
     V6(0x2001, 1, 0, 0, 2), 128},
    {{"2001:1::3/128", "DNS-SD Service Registration Protocol Anycast", "RFC 9665", true},
     V6(0x2001, 1, 0, 0, 3), 128},
    {{"2001:2::/48", "Benchmarking", "RFC 5180", false}, V6(0x2001, 2, 0, 0, 0), 48},
    {{"2001:3::/32", "AMT", "RFC 7450", true}, V6(0x2001, 3, 0, 0, 0), 32},
    {{"2001:4:112::/48", "AS112-v6", "RFC 7535", true}, V6(0x2001, 4, 0x112, 0, 0), 48},
    {{"2001:10::/28", "Deprecated (previously ORCHID)", "RFC 4843", false},
     V6(0x2001, 0x10, 0, 0, 0), 28},
    {{"2001:20::/28", "ORCHIDv2", "RFC 7343", true}, V6(0x2001, 0x20, 0, 0, 0), 28},
    {{"2001:30::/28", "Drone Remote ID Protocol Entity Tags (DETs) Prefix", "RFC 9374", true},
     V6(0x2001, 0x30, 0, 0, 0), 28},
    {{"2001::/32", "TEREDO", "RFC 4380", false}, V6(0x2001, 0, 0, 0, 0), 32},
    {{"2001::/23", "IETF Protocol Assignments", "RFC 2928", false}, V6(0x2001, 0, 0, 0, 0), 23},
    {{"2001:db8::/32", "Documentation", "RFC 3849", false}, V6(0x2001, 0xdb8, 0, 0, 0), 32},
    {{"3fff::/20", "Documentation", "RFC 9637", false}, V6(0x3fff, 0, 0, 0, 0), 20},
    {{"5f00::/16", "Segment Routing (SRv6) SIDs", "RFC 9602", false}, V6(0x5f00, 0, 0, 0, 0), 16},
    {{"fc00::/7", "Unique-Local", "RFC 4193", false}, V6(0xfc00, 0, 0, 0, 0), 7},
    {{"fe80::/10", "Link-Local Unicast", "RFC 4291", false}, V6(0xfe80, 0, 0, 0, 0), 10},
    {{"ff00::/8", "Multicast", "RFC 4291", false}, V6(0xff00, 0, 0, 0, 0), 8},
};
/* clang-format on */

enum { V4_ROWS = sizeof v4_rows / sizeof *v4_rows, V6_ROWS = sizeof v6_rows / sizeof *v6_rows };

struct special_table {
    const struct special_row *rows;
    unsigned count;
    unsigned bits;
};

static struct special_table table_of(uint8_t family)
{
    return family == IP_V4 ? (struct special_table){v4_rows, V4_ROWS, 32}
                           : (struct special_table){v6_rows, V6_ROWS, 128};
}

static ip_count last_of(const struct special_row *row, unsigned bits)
{
    return row->network | ((((ip_count)1 << (bits - row->length)) - 1));
}

static const struct special_block *find_block(const struct special_table *table, ip_count number)
{
    for (unsigned i = 0; i < table->count; i++) {
        const struct special_row *row = &table->rows[i];
        if ((number ^ row->network) >> (table->bits - row->length) == 0)
            return row->block.exception ? NULL : &row->block;
    }
    return NULL;
}

const struct special_block *special_block_of(const struct ipaddr *address)
{
    struct special_table table = table_of(address->family);

    return find_block(&table, ipaddr_number(address));
}

bool special_is_inside(const struct ipaddr *address)
{
    static const char *const INSIDE[] = {"10.0.0.0/8",     "100.64.0.0/10", "127.0.0.0/8",
                                         "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
                                         "::1/128",        "fc00::/7",      "fe80::/10"};
    const struct special_block *block = special_block_of(address);

    for (size_t i = 0; block && i < sizeof(INSIDE) / sizeof(INSIDE[0]); i++) {
        if (strcmp(block->prefix, INSIDE[i]) == 0)
            return true;
    }
    return false;
}

/* Not in the registry, but not public either. */
static const struct special_row deprecated_rows[] = {
    {{"::/96", "IPv4-compatible", "RFC 4291 2.5.5.1", false}, 0, 96},
    {{"fec0::/10", "Site-Local Unicast", "RFC 3879", false}, V6(0xfec0, 0, 0, 0, 0), 10},
};

/* Prefixes whose addresses contain the IPv4 address that packets go to, ending at this bit. */
static const struct {
    ip_count network;
    unsigned length;
    unsigned end;
} embeddings[] = {
    {V6(0x64, 0xff9b, 0, 0, 0), 96, 128}, /* 64:ff9b::/96, NAT64 (RFC 6052 2.1) */
    {V6(0x2002, 0, 0, 0, 0), 16, 48},     /* 2002::/16, 6to4 (RFC 3056 2) */
};

static const struct special_block *block_of_embedded(ip_count number)
{
    for (unsigned i = 0; i < sizeof(embeddings) / sizeof(embeddings[0]); i++) {
        if ((number ^ embeddings[i].network) >> (128 - embeddings[i].length) != 0)
            continue;
        struct ipaddr inner =
            ipaddr_from_number(IP_V4, (ip_count)(uint32_t)(number >> (128 - embeddings[i].end)));
        return special_block_of(&inner);
    }
    return NULL;
}

const struct special_block *special_block_reached(const struct ipaddr *address)
{
    const struct special_table deprecated = {
        deprecated_rows, sizeof(deprecated_rows) / sizeof(deprecated_rows[0]), 128};
    const struct special_block *block = special_block_of(address);

    if (block || address->family == IP_V4)
        return block;
    block = find_block(&deprecated, ipaddr_number(address));
    return block ? block : block_of_embedded(ipaddr_number(address));
}

/* The last number, at most `last`, before a row begins or ends after `from`. */
static ip_count before_next_edge(const struct special_table *table, ip_count from, ip_count last)
{
    for (unsigned i = 0; i < table->count; i++) {
        const struct special_row *row = &table->rows[i];
        ip_count row_last = last_of(row, table->bits);
        if (row->network > from && row->network <= last)
            last = row->network - 1;
        if (row_last >= from && row_last < last)
            last = row_last;
    }
    return last;
}

struct ipaddr special_run_end(const struct ipaddr *from, const struct ipaddr *last)
{
    struct special_table table = table_of(from->family);
    ip_count final = ipaddr_number(last);
    ip_count number = ipaddr_number(from);
    const struct special_block *block = find_block(&table, number);

    number = before_next_edge(&table, number, final);
    while (number < final && find_block(&table, number + 1) == block)
        number = before_next_edge(&table, number + 1, final);
    return ipaddr_from_number(from->family, number);
}

const struct special_block *special_block_at(unsigned index)
{
    if (index < V4_ROWS)
        return &v4_rows[index].block;
    return index - V4_ROWS < V6_ROWS ? &v6_rows[index - V4_ROWS].block : NULL;
}
