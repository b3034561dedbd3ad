#include <stdlib.h>
#include <string.h>

#include "tests/answerbook/book.h"

enum { SLOTS_AT_FIRST = 1024 };

void put16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

void put32(uint8_t *at, uint32_t value)
{
    put16(at, (uint16_t)(value >> 16));
    put16(at + 2, (uint16_t)value);
}

uint16_t get16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static uint8_t lower(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet + 32) : octet;
}

/* Hashes are made from the root down, so that the hash of a suffix is the same in every name that
 * ends in it.
 */
static void key_hash(struct key *key)
{
    uint64_t hash = 0x9e3779b97f4a7c15u;
    key->hash[key->labels] = hash;
    for (unsigned i = key->labels; i-- > 0;) {
        const uint8_t *label = key->wire + key->offset[i];
        for (unsigned k = 0; k <= label[0]; k++) {
            hash = (hash ^ label[k]) * 0x100000001b3u;
        }
        key->hash[i] = hash;
    }
}

size_t key_read(struct key *out, const uint8_t *wire, size_t len)
{
    size_t at = 0;
    out->labels = 0;
    for (;;) {
        if (at >= len || at >= NAME_MAX_OCTETS) {
            return 0;
        }
        uint8_t size = wire[at];
        out->offset[out->labels] = (uint8_t)at;
        out->wire[at++] = size;
        if (size == 0) {
            break;
        }
        if (size > 63 || size > len - at || at + size >= NAME_MAX_OCTETS) {
            return 0;
        }
        for (uint8_t k = 0; k < size; k++, at++) {
            out->wire[at] = lower(wire[at]);
        }
        out->labels++;
    }
    out->length = (uint8_t)at;
    key_hash(out);
    return at;
}

/* The low bits of an FNV hash mix well; the high ones are folded in because names of a fleet differ
 * little.
 */
static size_t slot_of(uint64_t hash, size_t slot_count)
{
    return (size_t)(hash ^ hash >> 32) & (slot_count - 1);
}

static struct node **find_slot(const struct answerbook *book, const struct key *key,
                               unsigned suffix)
{
    uint64_t hash = key->hash[suffix];
    const uint8_t *wire = key->wire + key->offset[suffix];
    size_t length = (size_t)(key->length - key->offset[suffix]);
    size_t i = slot_of(hash, book->slot_count);
    while (book->slots[i]) {
        const struct node *node = book->slots[i];
        if (node->hash == hash && node->length == length && memcmp(node->wire, wire, length) == 0) {
            break;
        }
        i = (i + 1) & (book->slot_count - 1);
    }
    return &book->slots[i];
}

struct node *book_find(const struct answerbook *book, const struct key *key, unsigned suffix)
{
    return *find_slot(book, key, suffix);
}

static bool grow(struct answerbook *book)
{
    size_t count = book->slot_count * 2;
    struct node **slots = calloc(count, sizeof *slots);
    if (!slots) {
        return false;
    }
    for (size_t i = 0; i < book->slot_count; i++) {
        struct node *node = book->slots[i];
        if (!node) {
            continue;
        }
        size_t to = slot_of(node->hash, count);
        while (slots[to]) {
            to = (to + 1) & (count - 1);
        }
        slots[to] = node;
    }
    free(book->slots);
    book->slots = slots;
    book->slot_count = count;
    return true;
}

struct node *book_node(struct answerbook *book, const struct key *key, unsigned suffix)
{
    if (book->node_count * 2 >= book->slot_count && !grow(book)) {
        return NULL;
    }
    struct node **slot = find_slot(book, key, suffix);
    if (*slot) {
        return *slot;
    }
    uint8_t length = (uint8_t)(key->length - key->offset[suffix]);
    struct node *node = calloc(1, sizeof *node + length);
    if (!node) {
        return NULL;
    }
    node->hash = key->hash[suffix];
    node->length = length;
    memcpy(node->wire, key->wire + key->offset[suffix], length);
    *slot = node;
    book->node_count++;
    return node;
}

const struct rrset *node_rrset(const struct node *node, uint16_t type)
{
    const struct rrset *rrset = node->rrsets;
    while (rrset && rrset->type != type) {
        rrset = rrset->next;
    }
    return rrset;
}

static struct rrset *make_rrset(struct node *node, uint16_t type)
{
    struct rrset **end = &node->rrsets;
    while (*end && (*end)->type != type) {
        end = &(*end)->next;
    }
    if (!*end && (*end = calloc(1, sizeof **end)) != NULL) {
        (*end)->type = type;
    }
    return *end;
}

bool book_add_record(struct answerbook *book, const struct key *owner, const uint8_t *record,
                     size_t len)
{
    struct node *node = book_node(book, owner, 0);
    struct rrset *rrset = node ? make_rrset(node, get16(record)) : NULL;
    uint8_t *records = rrset ? realloc(rrset->records, rrset->length + len) : NULL;
    if (!records) {
        return false;
    }
    memcpy(records + rrset->length, record, len);
    rrset->records = records;
    rrset->length += len;
    rrset->count++;
    for (unsigned i = 0; i <= owner->labels; i++) {
        struct node *ancestor = book_node(book, owner, i);
        if (!ancestor) {
            return false;
        }
        ancestor->exists = true;
    }
    return true;
}

int book_zone(const struct answerbook *book, const struct key *name)
{
    for (unsigned i = 0; i <= name->labels; i++) {
        const struct node *node = book_find(book, name, i);
        if (node && node_rrset(node, TYPE_SOA)) {
            return (int)i;
        }
    }
    return -1;
}

struct answerbook *answerbook_new(void)
{
    struct answerbook *book = calloc(1, sizeof *book);
    if (!book) {
        return NULL;
    }
    book->slot_count = SLOTS_AT_FIRST;
    book->slots = calloc(book->slot_count, sizeof *book->slots);
    if (!book->slots) {
        free(book);
        return NULL;
    }
    return book;
}

static void free_directives(struct directive *directive)
{
    while (directive) {
        struct directive *next = directive->next;
        free(directive);
        directive = next;
    }
}

static void free_node(struct node *node)
{
    while (node->rrsets) {
        struct rrset *next = node->rrsets->next;
        free(node->rrsets->records);
        free(node->rrsets);
        node->rrsets = next;
    }
    free_directives(node->here);
    free_directives(node->subtree);
    free(node);
}

void answerbook_free(struct answerbook *book)
{
    if (!book) {
        return;
    }
    for (size_t i = 0; i < book->slot_count; i++) {
        if (book->slots[i]) {
            free_node(book->slots[i]);
        }
    }
    free(book->tally);
    free(book->slots);
    free(book);
}

const struct resolver_script *answerbook_resolver(const struct answerbook *book, unsigned index)
{
    return index < ANSWERBOOK_RESOLVERS_MAX && book->has_script[index] ? &book->script[index]
                                                                       : NULL;
}
