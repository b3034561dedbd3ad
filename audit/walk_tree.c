#include "audit/walk_tree.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "audit/walk_doubt.h"
#include "audit/walk_guess.h"

enum {
    CHILDREN_MAX = 256,
    PROBES_MAX = 3, /* of one node, each sent if the one before exists */
    SLOT_PROBE = CHILDREN_MAX,
    SLOT_GUESS,
    KNOWN_MAX = 256,
};

enum stage { STAGE_CHILDREN, STAGE_GUESSES };

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
    struct walk_doubt *doubt; /* NULL before the first answer: many nodes wait without one */
    bool has_guess;           /* `guess` is to be asked */
    bool guess_exists;
    unsigned guesses; /* taken */
    struct ipaddr guess;
    uint32_t child[CHILDREN_MAX / 32];  /* bit: exists */
    uint32_t record[CHILDREN_MAX / 32]; /* bit: has records, or an alias */
    uint32_t failed[CHILDREN_MAX / 32]; /* bit: the question failed */
};

TAILQ_HEAD(tree_nodes, tree_node);

struct walk_tree {
    struct tree_sink sink;
    struct cut_trust *trust;
    struct tree_nodes nodes; /* the deepest ones first */
    uint64_t random;
    uint64_t opened; /* nodes, so far */
    uint64_t childless;
    unsigned known_count;
    struct ipaddr known[KNOWN_MAX];
};

static unsigned step_bits(const struct ipaddr *address)
{
    return address->family == IP_V4 ? 8 : 4;
}

static unsigned all_bits(const struct ipaddr *address)
{
    return address->family == IP_V4 ? 32 : 128;
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
    ipaddr_block_name(out, address, all_bits(address) - bits);
}

/* ---- nodes ---- */

struct walk_tree *walk_tree_new(const struct tree_sink *sink, struct cut_trust *trust,
                                uint64_t seed)
{
    struct walk_tree *tree = calloc(1, sizeof(*tree));

    if (!tree)
        return NULL;
    tree->sink = *sink;
    tree->trust = trust;
    tree->random = seed;
    TAILQ_INIT(&tree->nodes);
    return tree;
}

static void close_node(struct walk_tree *tree, struct tree_node *node)
{
    TAILQ_REMOVE(&tree->nodes, node, link);
    free(node->doubt);
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
    tree->opened++;
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
    bool is_address = length == all_bits(&prefix->first); /* it has no children */
    bool whole = length % step == 0 && !is_address && (exists || length == 0);
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

void walk_tree_know(struct walk_tree *tree, const struct ipaddr *address)
{
    if (tree->known_count < KNOWN_MAX)
        tree->known[tree->known_count++] = *address;
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
        walk_probe(&out->name, &node->address, node->bits, node->probes > PROBES_MAX,
                   &tree->random);
        return true;
    }
    if (node->next > node->last)
        return false;
    struct ipaddr address = child_address(node, node->next);
    *slot = node->next++;
    block_name(&out->name, &address, node->bits + step_bits(&address));
    return true;
}

/* A guess says something only below a child that was denied. */
static bool is_denied(const struct tree_node *node, const struct ipaddr *address)
{
    unsigned i = child_of(node, address);

    return iprange_contains(&node->prefix, address) && !bit_get(node->child, i) &&
           !bit_get(node->failed, i);
}

static void next_guess(struct walk_tree *tree, struct tree_node *node)
{
    unsigned count = tree->known_count + walk_guess_count(&node->prefix);

    node->has_guess = false;
    while (!node->has_guess && node->guesses < count) {
        unsigned i = node->guesses++;

        node->guess = i < tree->known_count
                          ? tree->known[i]
                          : walk_guess(&node->prefix, i - tree->known_count, &tree->random);
        node->has_guess = is_denied(node, &node->guess);
    }
}

static bool ask_guess(struct walk_tree *tree, struct tree_node *node, struct question *out,
                      unsigned *slot)
{
    if (!node->has_guess || node->guess_exists)
        return false;
    *slot = SLOT_GUESS;
    ipaddr_reverse_name(&out->name, &node->guess);
    next_guess(tree, node);
    return true;
}

bool walk_tree_next(struct walk_tree *tree, struct question *out, struct tree_node **node,
                    unsigned *slot)
{
    TAILQ_FOREACH(*node, &tree->nodes, link)
    {
        bool asks = (*node)->stage == STAGE_CHILDREN ? ask_children(tree, *node, out, slot)
                                                     : ask_guess(tree, *node, out, slot);
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

static bool take_child(struct walk_tree *tree, struct tree_node *node, unsigned i,
                       const struct answer *answer)
{
    struct ipaddr address = child_address(node, i);
    struct dnsname name;

    if (!node->doubt && !(node->doubt = calloc(1, sizeof(*node->doubt))))
        return false;
    block_name(&name, &address, node->bits + step_bits(&address));
    walk_doubt_hear(node->doubt, tree->trust, &name, answer);
    if (has_failed(answer)) {
        bit_set(node->failed, i);
        node->has_failed = true;
    }
    if (exists(answer))
        bit_set(node->child, i);
    if (has_records(answer))
        bit_set(node->record, i);
    return true;
}

/* If all names of blocks exist, the server makes up records, or answers NOERROR for every block.
 * One further probe, an address, shows which. */
static void take_probe(struct tree_node *node, const struct answer *answer)
{
    bool is_last = node->probes > PROBES_MAX;

    node->probe_has_records |= has_records(answer);
    if (!is_last && !exists(answer))
        return;
    node->is_wild = is_last || (node->probes == PROBES_MAX &&
                                !walk_probe_has_blocks(&node->address, node->bits));
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

/* Each child is put in front, the last one first: the walk visits them in ascending order. */
static bool open_children(struct walk_tree *tree, const struct tree_node *node)
{
    for (unsigned i = node->last + 1; i-- > node->first;) {
        if (bit_get(node->child, i) && !add_child(tree, node, i))
            return false;
    }
    return true;
}

static bool end_guesses(struct walk_tree *tree, const struct tree_node *node)
{
    if (node->guess_exists)
        walk_doubt_lied(node->doubt, tree->trust);
    else if (!walk_doubt_is_liar(node->doubt, tree->trust)) {
        tree->childless++;
        return true;
    }
    return tree->sink.ended(tree->sink.context, &node->prefix, TREE_HIDES);
}

static bool end_node(struct walk_tree *tree, const struct tree_node *node)
{
    if (node->is_wild)
        return tree->sink.ended(tree->sink.context, &node->prefix,
                                node->probe_has_records ? TREE_WILDCARD : TREE_NOERROR);
    if (node->stage == STAGE_GUESSES && !end_guesses(tree, node))
        return false;
    if (!end_failed(tree, node))
        return false;
    return is_last_step(node) ? find_addresses(tree, node) : open_children(tree, node);
}

/* All children are answered. */
static void begin_guesses(struct walk_tree *tree, struct tree_node *node)
{
    if (node->is_wild || is_last_step(node) || walk_doubt_is_honest(node->doubt, tree->trust))
        return;
    next_guess(tree, node);
    if (!node->has_guess)
        return;
    node->stage = STAGE_GUESSES;
    node->has_guess = !walk_doubt_is_liar(node->doubt, tree->trust);
}

static bool has_more_to_ask(const struct tree_node *node)
{
    if (node->stage == STAGE_GUESSES)
        return node->has_guess && !node->guess_exists;
    return node->probe_waits || (node->next <= node->last && !node->is_wild);
}

static bool settle(struct walk_tree *tree, struct tree_node *node)
{
    if (node->stage == STAGE_CHILDREN)
        begin_guesses(tree, node);
    if (has_more_to_ask(node))
        return true;
    bool good = end_node(tree, node);
    close_node(tree, node);
    return good;
}

bool walk_tree_feed(struct walk_tree *tree, struct tree_node *node, unsigned slot,
                    const struct answer *answer)
{
    node->pending--;
    if (slot == SLOT_PROBE)
        take_probe(node, answer);
    else if (slot == SLOT_GUESS)
        node->guess_exists |= exists(answer);
    else if (!take_child(tree, node, slot, answer))
        return false;
    if (node->is_wild)
        node->next = node->last + 1;
    return node->pending > 0 || has_more_to_ask(node) || settle(tree, node);
}

uint64_t walk_tree_opened(const struct walk_tree *tree)
{
    return tree->opened;
}

uint64_t walk_tree_childless(const struct walk_tree *tree)
{
    return tree->childless;
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
