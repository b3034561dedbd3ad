/*
 * Eight threads share a cache and a few names. They take, join, wait, keep and drop in any order,
 * while the cache evicts replies and TTLs run out. Run it under ThreadSanitizer (Criterion does not
 * start under it). Exit status 0: each reply belonged to its name, and the cache kept its ceilings.
 */
#include "io/lookup/answer_cache.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    TOO_LONG = 900 /* seconds */,
    ASKERS = 8,
    ROUNDS = 40000,
    OPEN = 16,
    NAMES = 500,
    RARE_NAMES = 40000
};
static const int64_t SECOND = 1000000000;

static struct answer_cache *cache;

static void require(bool held, const char *what)
{
    if (held)
        return;
    fprintf(stderr, "thrash_answer_cache: not true that %s\n", what);
    exit(1);
}

/* A lookup; with a lease while it is open. */
struct cache_user {
    struct question question;
    struct cache_lease lease;
    unsigned number;
};

struct cache_thread {
    unsigned seed;
    uint64_t asked, joined, waited, known;
    struct cache_user users[OPEN];
    struct cache_found found;
    uint8_t wire[ANSWER_CACHE_REPLY_MAX];
};

static unsigned below(struct cache_thread *thread, unsigned limit)
{
    return (unsigned)rand_r(&thread->seed) % limit;
}

static void name_user(struct cache_thread *thread, struct cache_user *user)
{
    char text[32];

    user->number = below(thread, 4) ? below(thread, NAMES) : NAMES + below(thread, RARE_NAMES);
    int len = snprintf(text, sizeof(text), below(thread, 2) ? "m%u.example" : "M%u.EXAMPLE",
                       user->number);
    require(dnsname_from_text(&user->question.name, text, (size_t)len), "the name is a name");
    user->question.type = user->number % 2 ? RR_A : RR_AAAA;
}

/* Repeats the number, so a mixture of two replies is visible. */
static size_t write_reply(struct cache_thread *thread, unsigned number)
{
    size_t len = 4 * (size_t)(1 + below(thread, number % 50 ? 100 : sizeof(thread->wire) / 4));

    for (size_t at = 0; at < len; at += sizeof(number))
        memcpy(thread->wire + at, &number, sizeof(number));
    return len;
}

static void check_reply(const struct cache_found *found, unsigned number)
{
    require(found->len > 0 && found->len % sizeof(number) == 0, "a reply is whole");
    for (size_t at = 0; at < found->len; at += sizeof(number))
        require(memcmp(found->wire + at, &number, sizeof(number)) == 0,
                "a reply belongs to its name");
}

static void finish(struct cache_thread *thread, struct cache_user *user, int64_t now)
{
    struct answer answer = {.kind = below(thread, 5) ? ANSWER_RECORDS : ANSWER_SERVFAIL,
                            .ttl = below(thread, 3),
                            .tries = 1};

    if (below(thread, 4))
        answer_cache_keep(&user->lease, thread->wire, write_reply(thread, user->number), &answer,
                          now);
    else
        answer_cache_drop(&user->lease);
    /* The cache must not read it any more. */
    memset(&user->question, 0xa5, sizeof(user->question));
}

static void begin(struct cache_thread *thread, struct cache_user *user, int64_t now)
{
    name_user(thread, user);
    user->lease =
        (struct cache_lease){.question = &user->question, .asker = thread, .asking = user};
    switch (answer_cache_take(cache, &user->lease, below(thread, 8) != 0, now, &thread->found)) {
    case CACHE_ASK:
        thread->asked++;
        break;
    case CACHE_JOIN: {
        const struct cache_user *other = thread->found.asking;
        thread->joined++;
        require(other >= thread->users && other < thread->users + OPEN &&
                    other->number == user->number,
                "a lookup joins one with the same name");
        break;
    }
    case CACHE_WAIT:
        thread->waited++;
        break;
    case CACHE_KNOWN:
        thread->known++;
        check_reply(&thread->found, user->number);
        break;
    }
}

static void *work(void *argument)
{
    struct cache_thread *thread = argument;

    for (unsigned round = 0; round < ROUNDS; round++) {
        struct cache_user *user = &thread->users[below(thread, OPEN)];
        int64_t now = (int64_t)round * SECOND / 1000;

        if (user->lease.entry)
            finish(thread, user, now);
        else
            begin(thread, user, now);
        if (round % 4096 == 0) {
            struct cache_size size = answer_cache_size(cache);

            require(size.entries <= ANSWER_CACHE_ENTRIES && size.bytes <= ANSWER_CACHE_BYTES,
                    "the ceilings hold");
        }
    }
    for (unsigned i = 0; i < OPEN; i++)
        answer_cache_drop(&thread->users[i].lease);
    return NULL;
}

int main(void)
{
    pthread_t threads[ASKERS];
    struct cache_thread *own = calloc(ASKERS, sizeof(*own));
    uint64_t asked = 0, joined = 0, waited = 0, known = 0;

    alarm(TOO_LONG);
    cache = answer_cache_new();
    require(own && cache, "there is memory");
    for (unsigned i = 0; i < ASKERS; i++) {
        own[i].seed = i + 1;
        require(pthread_create(&threads[i], NULL, work, &own[i]) == 0, "threads start");
    }
    for (unsigned i = 0; i < ASKERS; i++) {
        pthread_join(threads[i], NULL);
        asked += own[i].asked;
        joined += own[i].joined;
        waited += own[i].waited;
        known += own[i].known;
    }
    require(asked > 0 && joined > 0 && waited > 0 && known > 0, "every kind of result occurred");
    answer_cache_free(cache);
    free(own);
    return 0;
}
