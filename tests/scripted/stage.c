#include "tests/scripted/stage.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* The seam has no place for what its resolvers share, hence the statics. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct answerbook *shared_book;
static struct actor {
    _Atomic uint64_t asked;
    _Atomic int64_t died_ns; /* 0: not yet */
} actors[ANSWERBOOK_RESOLVERS_MAX];

static struct answerbook *load_all(const char *paths, struct failure *failure)
{
    char error[ANSWERBOOK_ERROR_MAX] = "out of memory";
    struct answerbook *book = answerbook_new();
    char *list = strdup(paths);
    char *rest = NULL;
    bool loaded = book && list;
    for (char *path = loaded ? strtok_r(list, ":", &rest) : NULL; path && loaded;
         path = strtok_r(NULL, ":", &rest)) {
        loaded = answerbook_load(book, path, error);
    }
    free(list);
    if (!loaded) {
        answerbook_free(book);
        failure_set(failure, EXIT_TROUBLE, "%s", error);
        return NULL;
    }
    return book;
}

struct answerbook *stage_book(struct failure *failure)
{
    const char *paths = getenv("FCRDNS_BOOK");
    pthread_mutex_lock(&lock);
    if (!shared_book && !paths) {
        failure_set(failure, EXIT_TROUBLE, "FCRDNS_BOOK names no book of answers");
    } else if (!shared_book) {
        shared_book = load_all(paths, failure);
    }
    struct answerbook *book = shared_book;
    pthread_mutex_unlock(&lock);
    return book;
}

static bool has_died(const struct resolver_script *script, uint64_t asked)
{
    return script->dead || asked <= script->dead_first ||
           (script->die_after != 0 && asked > script->die_after);
}

bool stage_is_alive(struct answerbook *book, unsigned endpoint, int64_t now_ns)
{
    const struct resolver_script *script = answerbook_resolver(book, endpoint);
    if (!script) {
        return true;
    }
    struct actor *actor = &actors[endpoint];
    uint64_t asked = atomic_fetch_add(&actor->asked, 1) + 1;
    if (!has_died(script, asked)) {
        return true;
    }
    int64_t died_ns = 0;
    if (atomic_compare_exchange_strong(&actor->died_ns, &died_ns, now_ns)) {
        died_ns = now_ns;
    }
    return script->back_after_ms != 0 && now_ns - died_ns >= (int64_t)script->back_after_ms * 1000000;
}
