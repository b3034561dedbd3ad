#include "tests/scripted/stage.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* The seam has no place for what its resolvers share, hence the statics. */
static struct answerbook *shared_book;
static struct failure unloaded; /* why there is none */
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

/* Before main: the program under test gives up reading other files than its own. */
__attribute__((constructor)) static void load_early(void)
{
    const char *paths = getenv("FCRDNS_BOOK");
    if (paths) {
        shared_book = load_all(paths, &unloaded);
    } else {
        failure_set(&unloaded, EXIT_TROUBLE, "FCRDNS_BOOK names no book of answers");
    }
}

struct answerbook *stage_book(struct failure *failure)
{
    if (!shared_book) {
        failure_set(failure, unloaded.status, "%s", unloaded.text);
    }
    return shared_book;
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
