/*
 * Eight askers share few names in one small world: they take, join, wait, lose patience, keep and
 * drop, in any order, while replies are displaced and run out. Run it under ThreadSanitizer
 * (Criterion does not start under it). Exit status 0: every reply belonged to its name, and the
 * ceilings held.
 */
#include "io/lookup/answer_cache.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    TOO_LONG = 120 /* seconds */,
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

/* A lookup: free, or with a lease. */
struct client {
    struct question question;
    struct cache_lease lease;
    unsigned number;
};

struct worker {
    unsigned seed;
    uint64_t asked, joined, waited, known;
    struct client clients[OPEN];
    struct cache_found found;
    uint8_t wire[ANSWER_CACHE_REPLY_MAX];
};

static unsigned below(struct worker *worker, unsigned limit)
{
    return (unsigned)rand_r(&worker->seed) % limit;
}

static void name_client(struct worker *worker, struct client *client)
{
    char text[32];

    client->number = below(worker, 4) ? below(worker, NAMES) : NAMES + below(worker, RARE_NAMES);
    int len = snprintf(text, sizeof(text), below(worker, 2) ? "m%u.example" : "M%u.EXAMPLE",
                       client->number);
    require(dnsname_from_text(&client->question.name, text, (size_t)len), "the name is a name");
    client->question.type = client->number % 2 ? RR_A : RR_AAAA;
}

/* The number again and again: a mixture of two replies shows. */
static size_t write_reply(struct worker *worker, unsigned number)
{
    size_t len = 4 * (size_t)(1 + below(worker, number % 50 ? 100 : sizeof(worker->wire) / 4));

    for (size_t at = 0; at < len; at += sizeof(number))
        memcpy(worker->wire + at, &number, sizeof(number));
    return len;
}

static void check_reply(const struct cache_found *found, unsigned number)
{
    require(found->len > 0 && found->len % sizeof(number) == 0, "a reply is whole");
    for (size_t at = 0; at < found->len; at += sizeof(number))
        require(memcmp(found->wire + at, &number, sizeof(number)) == 0,
                "a reply belongs to its name");
}

static void finish(struct worker *worker, struct client *client, int64_t now)
{
    struct answer answer = {.kind = below(worker, 5) ? ANSWER_RECORDS : ANSWER_SERVFAIL,
                            .ttl = below(worker, 3),
                            .tries = 1};

    if (below(worker, 4))
        answer_cache_keep(&client->lease, worker->wire, write_reply(worker, client->number),
                          &answer, now);
    else
        answer_cache_drop(&client->lease);
    memset(&client->question, 0xa5, sizeof(client->question)); /* nobody may read it any more */
}

static void begin(struct worker *worker, struct client *client, int64_t now)
{
    name_client(worker, client);
    client->lease =
        (struct cache_lease){.question = &client->question, .asker = worker, .asking = client};
    switch (answer_cache_take(cache, &client->lease, below(worker, 8) != 0, now, &worker->found)) {
    case CACHE_ASK:
        worker->asked++;
        break;
    case CACHE_JOIN: {
        const struct client *other = worker->found.asking;
        worker->joined++;
        require(other >= worker->clients && other < worker->clients + OPEN &&
                    other->number == client->number,
                "who joins, joins its own");
        break;
    }
    case CACHE_WAIT:
        worker->waited++;
        break;
    case CACHE_KNOWN:
        worker->known++;
        check_reply(&worker->found, client->number);
        break;
    }
}

static void *work(void *argument)
{
    struct worker *worker = argument;

    for (unsigned round = 0; round < ROUNDS; round++) {
        struct client *client = &worker->clients[below(worker, OPEN)];
        int64_t now = (int64_t)round * SECOND / 1000;

        if (client->lease.entry)
            finish(worker, client, now);
        else
            begin(worker, client, now);
        if (round % 4096 == 0) {
            struct cache_size size = answer_cache_size(cache);

            require(size.entries <= ANSWER_CACHE_ENTRIES && size.bytes <= ANSWER_CACHE_BYTES,
                    "the ceilings hold");
        }
    }
    for (unsigned i = 0; i < OPEN; i++)
        answer_cache_drop(&worker->clients[i].lease);
    return NULL;
}

int main(void)
{
    pthread_t threads[ASKERS];
    struct worker *workers = calloc(ASKERS, sizeof(*workers));
    uint64_t asked = 0, joined = 0, waited = 0, known = 0;

    alarm(TOO_LONG);
    cache = answer_cache_new();
    require(workers && cache, "there is memory");
    for (unsigned i = 0; i < ASKERS; i++) {
        workers[i].seed = i + 1;
        require(pthread_create(&threads[i], NULL, work, &workers[i]) == 0, "threads start");
    }
    for (unsigned i = 0; i < ASKERS; i++) {
        pthread_join(threads[i], NULL);
        asked += workers[i].asked;
        joined += workers[i].joined;
        waited += workers[i].waited;
        known += workers[i].known;
    }
    require(asked > 0 && joined > 0 && waited > 0 && known > 0, "everything has happened");
    answer_cache_free(cache);
    free(workers);
    return 0;
}
