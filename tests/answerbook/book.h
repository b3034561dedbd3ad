/*
 * Inside of the answerbook: names, nodes, directives, and the reply that is being written. Only the
 * files of this folder include it.
 */
#ifndef TESTS_BOOK_H
#define TESTS_BOOK_H

#include <stdatomic.h>

#include "tests/answerbook/answerbook.h"

enum { NAME_MAX_OCTETS = 255, LABELS_MAX = 127, ALIASES_CAP = 20, TALLY_SLOTS = 1 << 16 };
enum {
    TYPE_ANY_OF_THEM = 0,
    TYPE_A = 1,
    TYPE_NS = 2,
    TYPE_CNAME = 5,
    TYPE_SOA = 6,
    TYPE_PTR = 12,
    TYPE_DNAME = 39,
    TYPE_OPT = 41
};
enum { CLASS_IN = 1, CLASS_CH = 3 };
enum {
    ANSWER_NOERROR = 0,
    ANSWER_FORMERR = 1,
    ANSWER_SERVFAIL = 2,
    ANSWER_NXDOMAIN = 3,
    ANSWER_NOTIMP = 4,
    ANSWER_REFUSED = 5
};

/* A name in lower case with the hash of each of its suffixes: suffix i begins at label i, and
 * suffix `labels` is the root. */
struct key {
    uint8_t wire[NAME_MAX_OCTETS];
    uint8_t length;
    uint8_t labels;
    uint8_t offset[LABELS_MAX + 1];
    uint64_t hash[LABELS_MAX + 1];
};

/* Octets of the uncompressed name at wire[0..len), or 0. */
size_t key_read(struct key *out, const uint8_t *wire, size_t len);

enum action {
    ACTION_SERVFAIL,
    ACTION_REFUSED,
    ACTION_NOTIMP,
    ACTION_FORMERR,
    ACTION_BADVERS,
    ACTION_EMPTY,
    ACTION_NOSOA,
    ACTION_TC,
    ACTION_BADID,
    ACTION_BADQUESTION,
    ACTION_NOQUESTION,
    ACTION_NOTREPLY,
    ACTION_WRONGCLASS,
    ACTION_MALFORMED,
    ACTION_CUTRECORD,
    ACTION_GARBAGE,
    ACTION_DROP,
    ACTION_CLOSE,
    ACTION_DELAY,
    ACTION_NOW,
    ACTION_NOAA,
    ACTION_NORA,
    ACTION_HEADER,
    ACTION_REFERRAL,
    ACTION_ALIAS_ONLY,
    ACTION_TC_ALWAYS,
    ACTION_EDE,
    ACTION_NXDOMAIN,
    ACTION_RPZ,
};

/* What a query meets: a transport, and whether it has EDNS and RD. */
enum { OVER_UDP = 1, OVER_TCP = 2, WITH_EDNS = 4, WITH_RD = 8 };

struct directive {
    struct directive *next;
    enum action action;
    uint16_t type; /* TYPE_ANY_OF_THEM: every type */
    unsigned transports;
    unsigned needs; /* WITH_EDNS, WITH_RD */
    uint32_t first; /* 0: always */
    unsigned delay_ms;
    uint16_t ede;
    uint64_t number; /* distinct per directive: part of the tally's key */
};

/* Records are kept as they go out, but for the owner: type, class, TTL, length, RDATA. */
struct rrset {
    struct rrset *next;
    uint16_t type;
    uint16_t count;
    size_t length;
    uint8_t *records;
};

enum { RECORD_FIXED = 10 };

struct node {
    uint64_t hash;
    bool exists; /* has records, or is an ancestor of such a name */
    struct rrset *rrsets;
    struct directive *here;    /* for this name */
    struct directive *subtree; /* for it and all below */
    uint8_t length;
    uint8_t wire[];
};

/* How often a question with "first N" was asked: 48 bits of hash, 16 of count; 0 is free. */
struct tally {
    _Atomic uint64_t seen;
};

struct answerbook {
    struct node **slots;
    size_t slot_count; /* a power of two */
    size_t node_count;
    uint64_t directive_count;
    bool has_rule;
    struct answerbook_rule rule;
    bool has_script[ANSWERBOOK_RESOLVERS_MAX];
    struct resolver_script script[ANSWERBOOK_RESOLVERS_MAX];
    struct tally *tally; /* TALLY_SLOTS of them, once a directive has "first N" */
};

struct node *book_find(const struct answerbook *book, const struct key *key, unsigned suffix);
/* Finds or makes; NULL: out of memory. */
struct node *book_node(struct answerbook *book, const struct key *key, unsigned suffix);
const struct rrset *node_rrset(const struct node *node, uint16_t type);
/* record[0..len) as in struct rrset. False: out of memory. */
bool book_add_record(struct answerbook *book, const struct key *owner, const uint8_t *record,
                     size_t len) __attribute__((warn_unused_result));
/* The suffix that is the apex of the closest enclosing zone, or -1. */
int book_zone(const struct answerbook *book, const struct key *name);

/* One line, without its ";!". False: *why says what is wrong with it. */
bool directive_add(struct answerbook *book, char *line, const char **why)
    __attribute__((warn_unused_result));
/* Provided by load.c, the door to libldns. */
bool text_to_key(struct key *out, const char *text) __attribute__((warn_unused_result));
bool text_to_type(uint16_t *out, const char *text) __attribute__((warn_unused_result));

struct effect {
    uint32_t actions; /* bit per enum action */
    unsigned delay_ms;
    uint16_t ede; /* of the last directive that applies */
};

/* `meets`: OVER_UDP or OVER_TCP, and perhaps WITH_EDNS, WITH_RD. */
void effect_of(struct answerbook *book, const struct key *name, uint16_t type, unsigned meets,
               struct effect *out);
static inline bool effect_has(const struct effect *effect, enum action action)
{
    return (effect->actions >> action) & 1u;
}
bool zone_hides_soa(const struct node *apex);

/* A reply being written. Records that do not fit set `full`. */
struct reply {
    uint8_t *out;
    size_t at;
    size_t limit;
    size_t owner_at; /* where the current name is, uncompressed */
    uint16_t answers;
    uint16_t authorities;
    uint16_t ede;
    bool has_ede;
    bool has_rpz;
    bool full;
};

void put16(uint8_t *at, uint16_t value);
void put32(uint8_t *at, uint32_t value);
uint16_t get16(const uint8_t *at);
/* One record, owned by the name at owner_at without its first `skip` octets. Returns the
 * place of its RDATA, 0 if it did not fit. */
size_t reply_put(struct reply *reply, size_t skip, const uint8_t *record, size_t len);

/* By rule; returns the RCODE. */
unsigned rule_answer(const struct answerbook_rule *rule, const struct key *name, uint16_t type,
                     struct reply *reply);

#endif
