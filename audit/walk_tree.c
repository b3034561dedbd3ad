#include "audit/walk_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

enum {
    CHILDREN_MAX = 256,
    PROBES_MAX = 3,  /* of one node, each sent if the one before exists */
    DENSE_BITS = 20, /* addresses below a node, as bits, that never all exist */
    SLOT_PROBE = CHILDREN_MAX,
    SLOT_COMMON, /* and further ones: addresses that are often used */
};

/* The last octets of such addresses: ::1 and the like, and ::1:0:0:0:1 of a subnet. */
static const struct common_address {
    uint8_t subnet, high, low;
} COMMON[] = {{0, 0, 1},    {0, 0, 2},    {0, 0, 3},    {0, 0, 0x10}, {0, 0, 0x25},
              {0, 0, 0x53}, {0, 1, 0x00}, {1, 0, 0x01}, {1, 0, 0x02}, {0, 0, 0x0a}};

enum { COMMON_COUNT = sizeof(COMMON) / sizeof(COMMON[0]) };
enum stage { STAGE_CHILDREN, STAGE_COMMON };

/* The children `next` to `last` are to be asked. With `exists`, these are all children of the node;
 * else the node is above the prefix of the walk, and they are those that cover it. */
struct tree_node {
    TAILQ_ENTRY(tree_node) link;
    struct ipaddr address; /* the first one below */
    unsigned bits;
    struct iprange prefix;
    bool exists;
    bool is_wild;    /* all probes exist */
    bool is_second;  /* the question failed once */
    bool has_failed; /* a question for a child failed */
    enum stage stage;
    unsigned first, next, last; /* numbers of children */
    unsigned pending;           /* questions without an answer */
    unsigned probes;            /* sent */
    bool probe_waits;           /* the next probe is to be sent */
    bool probe_has_records;
    unsigned common; /* sent */
    bool common_exists;
    uint32_t child[CHILDREN_MAX / 32];  /* bit: exists */
    uint32_t record[CHILDREN_MAX / 32]; /* bit: has records, or an alias */
    uint32_t failed[CHILDREN_MAX / 32]; /* bit: the question failed */
};

TAILQ_HEAD(tree_nodes, tree_node);

struct walk_tree {
    struct tree_sink sink;
    struct tree_nodes nodes; /* the deepest ones first */
    uint64_t random;
};

static unsigned step_bits(const struct ipaddr *address)
{
    return address->family == IP_V4 ? 8 : 4;
}

static unsigned all_bits(const struct ipaddr *address)
{
    return address->family == IP_V4 ? 32 : 128;
}

/* Xorshift: the addresses need not be secret, only spread. */
static uint64_t next_random(struct walk_tree *tree)
{
    tree->random ^= tree->random << 13;
    tree->random ^= tree->random >> 7;
    tree->random ^= tree->random << 17;
    return tree->random;
}

static bool bit_get(const uint32_t *bits, unsigned i)
{
    return (bits[i / 32] >> i % 32) & 1u;
}

static void bit_set(uint32_t *bits, unsigned i)
{
    bits[i / 32] |= UINT32_C(1) << i % 32;
}

/* ---- names ---- */

/* The first address below child i. */
static struct ipaddr child_address(const struct tree_node *node, unsigned i)
{
    struct ipaddr out = node->address;
    unsigned octet = node->bits / 8;

    out.bytes[octet] |= (uint8_t)(node->bits % 8 == 0 && step_bits(&out) == 4 ? i << 4 : i);
    return out;
}

/* The reverse name of the block of the first `bits` bits. */
static void block_name(struct dnsname *out, const struct ipaddr *address, unsigned bits)
{
    struct dnsname whole;
    size_t at = 0;

    ipaddr_reverse_name(&whole, address);
    for (unsigned left = (all_bits(address) - bits) / step_bits(address); left > 0; left--)
        at += 1u + whole.wire[at];
    out->length = (uint8_t)(whole.length - at);
    memcpy(out->wire, whole.wire + at, out->length);
}

static void random_address(struct walk_tree *tree, struct dnsname *out,
                           const struct tree_node *node)
{
    struct ipaddr address = node->address;

    for (unsigned bit = node->bits; bit < all_bits(&address); bit += 4) {
        uint8_t nibble = (uint8_t)(next_random(tree) >> 32 & 15);
        address.bytes[bit / 8] |= (uint8_t)(bit % 8 == 0 ? nibble << 4 : nibble);
    }
    ipaddr_reverse_name(out, &address);
}

/* A label that no address has, before the name of the node. */
static void no_address_name(struct walk_tree *tree, struct dnsname *out,
                            const struct tree_node *node)
{
    char label[24];
    struct dnsname name;
    unsigned number = (unsigned)(next_random(tree) >> 32);
    int length = snprintf(label, sizeof(label), "walk-%08x", number);

    block_name(&name, &node->address, node->bits);
    out->wire[0] = (uint8_t)length;
    memcpy(out->wire + 1, label, (size_t)length);
    memcpy(out->wire + 1 + length, name.wire, name.length);
    out->length = (uint8_t)(1 + length + name.length);
}

/* Below few addresses all may have records, and in IPv4 below many: there the probe is a name that
 * spells no address. */
static void probe_name(struct walk_tree *tree, struct dnsname *out, const struct tree_node *node)
{
    if (node->address.family == IP_V6 && node->bits + DENSE_BITS <= all_bits(&node->address))
        random_address(tree, out, node);
    else
        no_address_name(tree, out, node);
}

/* False: it is not in the prefix. */
static bool common_name(struct dnsname *out, const struct tree_node *node, unsigned i)
{
    struct ipaddr address = node->prefix.first;

    if (address.family == IP_V4) {
        address.bytes[3] |= COMMON[i].low;
    } else {
        address.bytes[7] |= COMMON[i].subnet;
        address.bytes[14] |= COMMON[i].high;
        address.bytes[15] |= COMMON[i].low;
    }
    ipaddr_reverse_name(out, &address);
    return iprange_contains(&node->prefix, &address);
}

/* Goes on to one that lies in the prefix. */
static void skip_common(struct tree_node *node)
{
    struct dnsname name;

    while (node->common < COMMON_COUNT && !common_name(&name, node, node->common))
        node->common++;
}

/* ---- nodes ---- */

struct walk_tree *walk_tree_new(const struct tree_sink *sink, uint64_t seed)
{
    struct walk_tree *tree = calloc(1, sizeof(*tree));

    if (!tree)
        return NULL;
    tree->sink = *sink;
    tree->random = seed | 1;
    TAILQ_INIT(&tree->nodes);
    return tree;
}

static void close_node(struct walk_tree *tree, struct tree_node *node)
{
    TAILQ_REMOVE(&tree->nodes, node, link);
    free(node);
}

void walk_tree_free(struct walk_tree *tree)
{
    struct tree_node *node;

    while (tree && (node = TAILQ_FIRST(&tree->nodes)))
        close_node(tree, node);
    free(tree);
}

static struct tree_node *open_node(struct walk_tree *tree, const struct ipaddr *address,
                                   unsigned bits)
{
    struct tree_node *node = calloc(1, sizeof(*node));

    if (!node)
        return NULL;
    node->address = ipaddr_network(address, bits);
    node->bits = bits;
    node->last = (1u << step_bits(address)) - 1;
    (void)!iprange_from_prefix(&node->prefix, address, bits);
    TAILQ_INSERT_HEAD(&tree->nodes, node, link);
    return node;
}

static unsigned prefix_length(const struct iprange *prefix)
{
    ip_count count = iprange_count(prefix); /* 0: 2^128 */
    unsigned bits = count == 0 ? 0 : all_bits(&prefix->first);

    for (; count > 1; count /= 2)
        bits--;
    return bits;
}

/* The number of the child that holds the address. */
static unsigned child_of(const struct tree_node *node, const struct ipaddr *address)
{
    uint8_t octet = address->bytes[node->bits / 8];

    if (step_bits(address) == 8)
        return octet;
    return node->bits % 8 == 0 ? octet >> 4 : octet & 15;
}

bool walk_tree_add(struct walk_tree *tree, const struct iprange *prefix, bool exists)
{
    unsigned step = step_bits(&prefix->first), length = prefix_length(prefix);
    bool whole = length % step == 0 && (exists || length == 0);
    unsigned bits = whole ? length : (length - 1) / step * step;
    struct tree_node *node = open_node(tree, &prefix->first, bits);

    if (!node)
        return false;
    node->prefix = *prefix;
    node->exists = whole;
    node->probe_waits = whole && length > 0;
    if (!whole) {
        node->first = node->next = child_of(node, &prefix->first);
        node->last = child_of(node, &prefix->last);
    }
    return true;
}

static bool add_child(struct walk_tree *tree, const struct tree_node *parent, unsigned i)
{
    struct ipaddr address = child_address(parent, i);
    struct tree_node *node = open_node(tree, &address, parent->bits + step_bits(&address));

    if (node)
        node->exists = node->probe_waits = true;
    return node != NULL;
}

bool walk_tree_done(const struct walk_tree *tree)
{
    return TAILQ_EMPTY(&tree->nodes);
}

const struct tree_node *walk_tree_open(const struct walk_tree *tree, const struct tree_node *after)
{
    return after ? TAILQ_NEXT(after, link) : TAILQ_FIRST(&tree->nodes);
}

struct iprange walk_tree_prefix(const struct tree_node *node, bool *exists)
{
    *exists = node->exists;
    return node->prefix;
}

/* ---- questions ---- */

/* The probe first: its answer may end the walk of the subtree. */
static bool ask_children(struct walk_tree *tree, struct tree_node *node, struct question *out,
                         unsigned *slot)
{
    if (node->probe_waits) {
        node->probe_waits = false;
        node->probes++;
        *slot = SLOT_PROBE;
        probe_name(tree, &out->name, node);
        return true;
    }
    if (node->next > node->last)
        return false;
    struct ipaddr address = child_address(node, node->next);
    *slot = node->next++;
    block_name(&out->name, &address, node->bits + step_bits(&address));
    return true;
}

static bool ask_common(struct tree_node *node, struct question *out, unsigned *slot)
{
    if (node->common == COMMON_COUNT || node->common_exists)
        return false;
    *slot = SLOT_COMMON;
    (void)!common_name(&out->name, node, node->common++);
    skip_common(node);
    return true;
}

bool walk_tree_next(struct walk_tree *tree, struct question *out, struct tree_node **node,
                    unsigned *slot)
{
    TAILQ_FOREACH(*node, &tree->nodes, link)
    {
        bool asks = (*node)->stage == STAGE_CHILDREN ? ask_children(tree, *node, out, slot)
                                                     : ask_common(*node, out, slot);
        if (asks) {
            (*node)->pending++;
            out->type = RR_PTR;
            return true;
        }
    }
    return false;
}

/* ---- answers ---- */

/* An alias exists, whatever its target does. */
static bool has_records(const struct answer *answer)
{
    return answer->kind == ANSWER_RECORDS || answer->alias_count > 0;
}

static bool has_failed(const struct answer *answer)
{
    return !has_records(answer) && answer_is_temporary(answer);
}

static bool exists(const struct answer *answer)
{
    return has_records(answer) || answer->kind == ANSWER_NODATA;
}

static void take_child(struct tree_node *node, unsigned i, const struct answer *answer)
{
    if (has_failed(answer)) {
        bit_set(node->failed, i);
        node->has_failed = true;
    }
    if (exists(answer))
        bit_set(node->child, i);
    if (has_records(answer))
        bit_set(node->record, i);
}

static void take_probe(struct tree_node *node, const struct answer *answer)
{
    if (!exists(answer))
        return;
    node->probe_has_records |= has_records(answer);
    node->is_wild = node->probes == PROBES_MAX;
    node->probe_waits = !node->is_wild;
}

/* Asked again when all else is done: a server that was busy may answer then. */
static bool ask_again(struct walk_tree *tree, const struct tree_node *node, unsigned i,
                      const struct iprange *subtree)
{
    struct tree_node *again = open_node(tree, &node->address, node->bits);

    if (!again)
        return false;
    TAILQ_REMOVE(&tree->nodes, again, link);
    TAILQ_INSERT_TAIL(&tree->nodes, again, link);
    again->prefix = *subtree;
    again->first = again->next = again->last = i;
    again->is_second = true;
    return true;
}

static bool end_failed(struct walk_tree *tree, const struct tree_node *node)
{
    for (unsigned i = node->first; i <= node->last; i++) {
        struct ipaddr address = child_address(node, i);
        struct iprange subtree;

        if (!bit_get(node->failed, i))
            continue;
        (void)!iprange_from_prefix(&subtree, &address, node->bits + step_bits(&address));
        bool good = node->is_second ? tree->sink.ended(tree->sink.context, &subtree, TREE_FAILS)
                                    : ask_again(tree, node, i, &subtree);
        if (!good)
            return false;
    }
    return true;
}

static bool is_last_step(const struct tree_node *node)
{
    return node->bits + step_bits(&node->address) == all_bits(&node->address);
}

static bool find_addresses(struct walk_tree *tree, const struct tree_node *node)
{
    for (unsigned i = node->first; i <= node->last; i++) {
        struct ipaddr address = child_address(node, i);

        if (bit_get(node->record, i) && !tree->sink.found(tree->sink.context, &address))
            return false;
    }
    return true;
}

/* The last one is put in front first, so that the walk goes up in address order. *any: there is a
 * child. */
static bool open_children(struct walk_tree *tree, const struct tree_node *node, bool *any)
{
    *any = false;
    for (unsigned i = node->last + 1; i-- > node->first;) {
        if (!bit_get(node->child, i))
            continue;
        *any = true;
        if (!add_child(tree, node, i))
            return false;
    }
    return true;
}

/* All children are answered. *stays: addresses that are often used are asked. */
static bool end_children(struct walk_tree *tree, struct tree_node *node, bool *stays)
{
    bool any;

    *stays = false;
    if (node->is_wild)
        return tree->sink.ended(tree->sink.context, &node->prefix,
                                node->probe_has_records ? TREE_WILDCARD : TREE_NOERROR);
    if (!end_failed(tree, node))
        return false;
    if (is_last_step(node))
        return find_addresses(tree, node);
    if (!open_children(tree, node, &any))
        return false;
    if (!any && !node->has_failed) {
        node->stage = STAGE_COMMON;
        skip_common(node);
        *stays = node->common < COMMON_COUNT;
    }
    return true;
}

static bool has_more_to_ask(const struct tree_node *node)
{
    if (node->stage == STAGE_COMMON)
        return node->common < COMMON_COUNT && !node->common_exists;
    return node->probe_waits || (node->next <= node->last && !node->is_wild);
}

static bool settle(struct walk_tree *tree, struct tree_node *node)
{
    bool stays = false, good = true;

    if (node->stage == STAGE_CHILDREN)
        good = end_children(tree, node, &stays);
    else if (node->common_exists)
        good = tree->sink.ended(tree->sink.context, &node->prefix, TREE_HIDES);
    if (!stays)
        close_node(tree, node);
    return good;
}

bool walk_tree_feed(struct walk_tree *tree, struct tree_node *node, unsigned slot,
                    const struct answer *answer)
{
    node->pending--;
    if (slot == SLOT_PROBE)
        take_probe(node, answer);
    else if (slot == SLOT_COMMON)
        node->common_exists |= exists(answer);
    else
        take_child(node, slot, answer);
    if (node->is_wild)
        node->next = node->last + 1;
    return node->pending > 0 || has_more_to_ask(node) || settle(tree, node);
}

const char *tree_end_text(enum tree_end why)
{
    static const char *const TEXTS[TREE_ENDS] = {
        [TREE_WILDCARD] = "every name in it has records: a wildcard, or records that are made up",
        [TREE_NOERROR] = "its server answers NOERROR for every name",
        [TREE_HIDES] = "its server answers NXDOMAIN for names that have others below (RFC 8020)",
        [TREE_FAILS] = "the lookup of its name failed"};

    return TEXTS[why];
}
