#include "tests/scripted/stage.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OWN_BOOKS_MAX = 64, PATH_SIZE = 4096 };

struct stage_book {
    struct ipaddr address; /* whose it is; not of the shared one */
    struct answerbook *book;
    struct actor {
        _Atomic uint64_t asked;
        _Atomic int64_t died_ns; /* 0: not yet */
    } actors[ANSWERBOOK_RESOLVERS_MAX];
};

/* The seam has no place for what its resolvers share, hence the statics. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct stage_book shared;
static struct stage_book own[OWN_BOOKS_MAX];
static unsigned own_count;

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

static struct stage_book *find_own(const struct ipaddr *address)
{
    for (unsigned i = 0; i < own_count; i++) {
        if (ipaddr_equal(&own[i].address, address)) {
            return &own[i];
        }
    }
    return NULL;
}

/* NULL with no failure: it has no book of its own. */
static struct stage_book *load_own(const char *paths, const struct ipaddr *address, struct failure *failure)
{
    char text[IPADDR_TEXT_MAX];
    char path[PATH_SIZE];
    ipaddr_print(text, address);
    snprintf(path, sizeof path, "%s.%s", paths, text);
    if (access(path, R_OK) != 0 || own_count == OWN_BOOKS_MAX) {
        return NULL;
    }
    struct stage_book *book = &own[own_count];
    book->address = *address;
    book->book = load_all(path, failure);
    own_count += book->book != NULL;
    return book;
}

static struct stage_book *cast(const struct ipaddr *address, struct failure *failure)
{
    const char *paths = getenv("FCRDNS_BOOK");
    if (!paths) {
        failure_set(failure, EXIT_TROUBLE, "FCRDNS_BOOK names no book of answers");
        return NULL;
    }
    struct stage_book *book = find_own(address);
    if (!book) {
        book = load_own(paths, address, failure);
    }
    if (!book && !shared.book) {
        shared.book = load_all(paths, failure);
    }
    return book ? book : &shared;
}

bool stage_cast(struct role *out, const struct endpoint *endpoint, unsigned index, struct failure *failure)
{
    pthread_mutex_lock(&lock);
    struct stage_book *book = cast(&endpoint->address, failure);
    *out = (struct role){book, book ? book->book : NULL, book == &shared ? index : 0};
    pthread_mutex_unlock(&lock);
    return out->book != NULL;
}

static bool has_died(const struct resolver_script *script, uint64_t asked)
{
    return script->dead || asked <= script->dead_first ||
           (script->die_after != 0 && asked > script->die_after);
}

bool stage_is_alive(const struct role *role, int64_t now_ns)
{
    const struct resolver_script *script = answerbook_resolver(role->book, role->actor);
    if (!script) {
        return true;
    }
    struct actor *actor = &role->from->actors[role->actor];
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
