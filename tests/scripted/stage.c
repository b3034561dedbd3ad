#include "tests/scripted/stage.h"

#include <glob.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OWN_BOOKS_MAX = 64, PATH_SIZE = 4096 };

struct stage_book {
    struct ipaddr address; /* of the resolver; unset in the shared book */
    struct answerbook *book;
    struct actor {
        _Atomic uint64_t asked;
        _Atomic int64_t died_ns; /* 0: not yet */
    } actors[ANSWERBOOK_RESOLVERS_MAX];
};

/* Shared by all resolvers of the process: resolver.h offers no other place. */
static struct stage_book shared;
static struct stage_book own[OWN_BOOKS_MAX];
static unsigned own_count;
static struct failure unloaded; /* why no book could be loaded */

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

/* "BOOK.ADDRESS": the book of the resolver at that address. */
static void load_own(const char *path, const char *text)
{
    struct stage_book *book = &own[own_count];
    if (own_count == OWN_BOOKS_MAX || !ipaddr_parse(&book->address, text, strlen(text))) {
        return;
    }
    book->book = load_all(path, &unloaded);
    own_count += book->book != NULL;
}

static void load_all_own(const char *paths)
{
    char pattern[PATH_SIZE];
    glob_t found;
    snprintf(pattern, sizeof(pattern), "%s.*", paths);
    if (glob(pattern, GLOB_NOESCAPE, NULL, &found) != 0) {
        return;
    }
    for (size_t i = 0; i < found.gl_pathc; i++) {
        load_own(found.gl_pathv[i], found.gl_pathv[i] + strlen(paths) + 1);
    }
    globfree(&found);
}

/* Before main: the program under test confines its file access. */
__attribute__((constructor)) static void load_early(void)
{
    const char *paths = getenv("FCRDNS_BOOK");
    if (!paths) {
        failure_set(&unloaded, EXIT_TROUBLE, "FCRDNS_BOOK names no book of answers");
        return;
    }
    shared.book = load_all(paths, &unloaded);
    load_all_own(paths);
}

bool stage_cast(struct role *out, const struct endpoint *endpoint, unsigned index,
                struct failure *failure)
{
    struct stage_book *book = find_own(&endpoint->address);
    if (!book) {
        book = &shared;
    }
    *out = (struct role){book, book->book, book == &shared ? index : 0};
    return !failure_is_set(&unloaded) || failure_pass(failure, &unloaded);
}

static bool has_died(const struct resolver_script *script, uint64_t asked)
{
    return script->dead || asked <= script->dead_first ||
           (script->die_after != 0 && asked > script->die_after);
}

enum stage_state stage_state(const struct role *role, int64_t now_ns)
{
    const struct resolver_script *script = answerbook_resolver(role->book, role->actor);
    if (!script)
        return STAGE_ALIVE;
    struct actor *actor = &role->from->actors[role->actor];
    uint64_t asked = atomic_fetch_add(&actor->asked, 1) + 1;
    if (!has_died(script, asked))
        return STAGE_ALIVE;
    int64_t died_ns = 0;
    if (atomic_compare_exchange_strong(&actor->died_ns, &died_ns, now_ns))
        died_ns = now_ns;
    if (script->back_after_ms != 0 && now_ns - died_ns >= (int64_t)script->back_after_ms * 1000000)
        return STAGE_ALIVE;
    return script->unreachable ? STAGE_UNREACHABLE : STAGE_SILENT;
}
