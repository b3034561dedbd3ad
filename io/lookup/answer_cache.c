#include "io/lookup/answer_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/random.h>

#include "audit/answer_findings.h"

/* Each stripe has its own lock, so that threads seldom wait. */
enum {
    STRIPES = 16,
    ENTRIES = ANSWER_CACHE_ENTRIES / STRIPES,
    BYTES = ANSWER_CACHE_BYTES / STRIPES,
    LEASED_MAX = ENTRIES / 2, /* the rest holds replies */
    BUCKETS = 2 * ENTRIES,
};

_Static_assert(BYTES >= ANSWER_CACHE_REPLY_MAX + DNSNAME_MAX,
               "any reply that may be kept has room");

/* Free (no lease, no bytes), leased, or kept. */
struct cache_entry {
    LIST_ENTRY(cache_entry) link; /* in its bucket, unless free */
    struct stripe *stripe;
    uint64_t hash;
    struct cache_lease *lease;
    /* kept: */
    uint8_t *bytes; /* the name, then the reply */
    uint8_t name_length;
    bool used; /* since the hand last passed */
    uint16_t type;
    uint16_t tries;
    uint32_t len; /* of the reply */
    int64_t since_ns;
    int64_t until_ns;
};

LIST_HEAD(bucket, cache_entry);

struct stripe {
    _Alignas(64) pthread_mutex_t lock;
    unsigned leased;
    unsigned kept;
    size_t bytes;
    unsigned hand; /* the next entry to check when room is needed */
    struct bucket buckets[BUCKETS];
    struct cache_entry entries[ENTRIES];
};

struct answer_cache {
    uint64_t secret; /* strangers choose names: they must not choose buckets */
    struct stripe stripes[STRIPES];
};

struct answer_cache *answer_cache_new(void)
{
    struct answer_cache *cache = aligned_alloc(_Alignof(struct answer_cache), sizeof(*cache));
    if (!cache)
        return NULL;
    memset(cache, 0, sizeof(*cache));
    if (getrandom(&cache->secret, sizeof(cache->secret), GRND_NONBLOCK) != sizeof(cache->secret))
        cache->secret =
            (uintptr_t)cache; /* chains are bounded by the size of a stripe in any case */
    for (unsigned i = 0; i < STRIPES; i++) {
        struct stripe *stripe = &cache->stripes[i];
        pthread_mutex_init(&stripe->lock, NULL);
        for (unsigned j = 0; j < ENTRIES; j++)
            stripe->entries[j].stripe = stripe;
    }
    return cache;
}

void answer_cache_free(struct answer_cache *cache)
{
    if (!cache)
        return;
    for (unsigned i = 0; i < STRIPES; i++) {
        for (unsigned j = 0; j < ENTRIES; j++)
            free(cache->stripes[i].entries[j].bytes);
        pthread_mutex_destroy(&cache->stripes[i].lock);
    }
    free(cache);
}

/* Equal for names that differ only in case: setting bit 5 of every octet costs a few collisions. */
static uint64_t hash_of(const struct answer_cache *cache, const struct question *question)
{
    const struct dnsname *name = &question->name;
    uint64_t hash = cache->secret ^ question->type;
    for (unsigned i = 0; i < name->length; i++)
        hash = (hash ^ (name->wire[i] | 0x20u)) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 32;
}

static struct bucket *bucket_of(struct stripe *stripe, uint64_t hash)
{
    return &stripe->buckets[hash / STRIPES % BUCKETS];
}

static bool is_kept(const struct cache_entry *entry)
{
    return entry->bytes != NULL;
}

static bool is_for(const struct cache_entry *entry, const struct question *question)
{
    if (entry->lease)
        return entry->lease->question->type == question->type &&
               dnsname_equal(&entry->lease->question->name, &question->name);
    struct dnsname name = {.length = entry->name_length};
    memcpy(name.wire, entry->bytes, entry->name_length);
    return entry->type == question->type && dnsname_equal(&name, &question->name);
}

static struct cache_entry *find(struct stripe *stripe, uint64_t hash,
                                const struct question *question)
{
    struct cache_entry *entry = NULL;
    LIST_FOREACH(entry, bucket_of(stripe, hash), link)
    {
        if (entry->hash == hash && is_for(entry, question))
            return entry;
    }
    return NULL;
}

static void drop_reply(struct cache_entry *entry)
{
    entry->stripe->bytes -= entry->name_length + entry->len;
    entry->stripe->kept--;
    free(entry->bytes);
    entry->bytes = NULL;
}

/* Clock replacement: an entry used since the hand last passed is spared once. NULL: all are leased.
 */
static struct cache_entry *make_room(struct stripe *stripe)
{
    for (unsigned step = 0; step < 2 * ENTRIES; step++) {
        struct cache_entry *entry = &stripe->entries[stripe->hand++ % ENTRIES];
        bool spared = entry->used;
        entry->used = false;
        if (entry->lease || spared)
            continue;
        if (is_kept(entry)) {
            drop_reply(entry);
            LIST_REMOVE(entry, link);
        }
        return entry;
    }
    return NULL;
}

static void lend(struct cache_entry *entry, struct cache_lease *lease)
{
    entry->lease = lease;
    entry->stripe->leased++;
    lease->entry = entry;
}

/* Unknown: the caller asks, with a lease if there is room for one. */
static enum cache_turn begin(struct stripe *stripe, uint64_t hash, struct cache_lease *lease)
{
    struct cache_entry *entry = stripe->leased < LEASED_MAX ? make_room(stripe) : NULL;
    if (entry) {
        entry->hash = hash;
        LIST_INSERT_HEAD(bucket_of(stripe, hash), entry, link);
        lend(entry, lease);
    }
    return CACHE_ASK;
}

/* In flight already. */
static enum cache_turn meet(struct cache_entry *entry, struct cache_lease *lease, bool patient,
                            struct cache_found *found)
{
    found->asking = entry->lease->asking;
    if (entry->lease->asker == lease->asker)
        return CACHE_JOIN;
    if (patient)
        return CACHE_WAIT;
    entry->lease = lease; /* the other asker notices when it ends its lease */
    lease->entry = entry;
    return CACHE_ASK;
}

static enum cache_turn recall(struct cache_entry *entry, int64_t now_ns, struct cache_found *found)
{
    entry->used = true;
    found->tries = entry->tries;
    found->age = (uint32_t)((now_ns - entry->since_ns) / 1000000000);
    found->len = entry->len;
    memcpy(found->wire, entry->bytes + entry->name_length, entry->len);
    return CACHE_KNOWN;
}

static enum cache_turn take(struct stripe *stripe, uint64_t hash, struct cache_lease *lease,
                            bool patient, int64_t now_ns, struct cache_found *found)
{
    struct cache_entry *entry = find(stripe, hash, lease->question);
    if (!entry)
        return begin(stripe, hash, lease);
    if (entry->lease)
        return meet(entry, lease, patient, found);
    if (now_ns < entry->until_ns)
        return recall(entry, now_ns, found);
    drop_reply(entry);
    lend(entry, lease);
    return CACHE_ASK;
}

enum cache_turn answer_cache_take(struct answer_cache *cache, struct cache_lease *lease,
                                  bool patient, int64_t now_ns, struct cache_found *found)
{
    uint64_t hash = hash_of(cache, lease->question);
    struct stripe *stripe = &cache->stripes[hash % STRIPES];
    pthread_mutex_lock(&stripe->lock);
    enum cache_turn turn = take(stripe, hash, lease, patient, now_ns, found);
    pthread_mutex_unlock(&stripe->lock);
    return turn;
}

static bool is_worth_keeping(const struct answer *answer, size_t len)
{
    return !answer_is_temporary(answer) && !answer->truncated && answer->ttl > 0 &&
           len <= ANSWER_CACHE_REPLY_MAX;
}

/* The bytes to keep, allocated outside the lock. NULL: out of memory, keep nothing. */
static uint8_t *bytes_of(const struct dnsname *name, const uint8_t *wire, size_t len)
{
    uint8_t *bytes = malloc(name->length + len);
    if (!bytes)
        return NULL;
    memcpy(bytes, name->wire, name->length);
    memcpy(bytes + name->length, wire, len);
    return bytes;
}

/* Takes the bytes. The entry is leased, so make_room does not free it. */
static void fill(struct cache_entry *entry, const struct question *question, uint8_t *bytes,
                 size_t len, const struct answer *answer, int64_t now_ns)
{
    struct stripe *stripe = entry->stripe;
    uint32_t ttl = answer->ttl < ANSWER_CACHE_TTL_MAX ? answer->ttl : ANSWER_CACHE_TTL_MAX;
    uint32_t serves = ttl > SHORT_TTL ? ttl - SHORT_TTL : ttl;
    size_t size = question->name.length + len;
    while (stripe->bytes + size > BYTES)
        (void)make_room(stripe);
    entry->bytes = bytes;
    entry->name_length = question->name.length;
    entry->type = question->type;
    entry->len = (uint32_t)len;
    entry->tries = answer->tries;
    entry->used = false;
    entry->since_ns = now_ns;
    entry->until_ns = now_ns + (int64_t)serves * 1000000000;
    stripe->bytes += size;
    stripe->kept++;
}

/* Afterwards the entry is kept, or free. */
static void release(struct cache_entry *entry)
{
    entry->lease = NULL;
    entry->stripe->leased--;
    if (!is_kept(entry))
        LIST_REMOVE(entry, link);
}

/* An impatient asker may have taken the lease over. */
static bool is_ours(const struct cache_lease *lease)
{
    return lease->entry->lease == lease;
}

void answer_cache_keep(struct cache_lease *lease, const uint8_t *wire, size_t len,
                       const struct answer *answer, int64_t now_ns)
{
    uint8_t *bytes = NULL;
    if (lease->entry && is_worth_keeping(answer, len))
        bytes = bytes_of(&lease->question->name, wire, len);
    if (!bytes) {
        answer_cache_drop(lease);
        return;
    }
    struct cache_entry *entry = lease->entry;
    pthread_mutex_lock(&entry->stripe->lock);
    bool ours = is_ours(lease);
    if (ours) {
        fill(entry, lease->question, bytes, len, answer, now_ns);
        release(entry);
    }
    pthread_mutex_unlock(&entry->stripe->lock);
    if (!ours)
        free(bytes);
    lease->entry = NULL;
}

void answer_cache_drop(struct cache_lease *lease)
{
    struct cache_entry *entry = lease->entry;
    if (!entry)
        return;
    pthread_mutex_lock(&entry->stripe->lock);
    if (is_ours(lease))
        release(entry);
    pthread_mutex_unlock(&entry->stripe->lock);
    lease->entry = NULL;
}

struct cache_size answer_cache_size(struct answer_cache *cache)
{
    struct cache_size size = {0};
    for (unsigned i = 0; i < STRIPES; i++) {
        struct stripe *stripe = &cache->stripes[i];
        pthread_mutex_lock(&stripe->lock);
        size.entries += stripe->kept;
        size.bytes += stripe->bytes;
        pthread_mutex_unlock(&stripe->lock);
    }
    return size;
}
