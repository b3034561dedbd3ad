#include "audit/command/earlier_resolvers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/run/run_file.h"
#include "io/system/run_dir.h"
#include "io/system/say.h"

static const char SEPARATOR[] = ", ";

bool earlier_resolvers_wanted(const struct options *options)
{
    bool resumed = options->resume && options->shard.count == 0;

    return (resumed || options->recheck) && options->resolver_count == 0 &&
           options->zone_count == 0;
}

/* Never encrypted before and plain now, and never to a server that proves another name. */
static bool check_transport(const struct earlier_run *earlier, const struct options *options,
                            struct failure *failure)
{
    const char *before = earlier->record->transport;
    char now[RECORD_TEXT_MAX];
    const char *tls = transport_key(TRANSPORT_TLS);

    options_print_transport(now, sizeof(now), options);
    if (strcmp(now, before) == 0 ||
        (options->transport != TRANSPORT_TLS && strncmp(before, tls, strlen(tls)) != 0))
        return true;
    return failure_set(failure, EXIT_TROUBLE,
                       "the run in %s asked over %s, not over %s: give --resolver", earlier->folder,
                       before, now);
}

static bool refuse(const struct earlier_run *earlier, struct failure *failure)
{
    char recursion[ENDPOINT_TEXT_MAX];
    struct endpoint recursive = endpoint_recursive();
    size_t len = endpoint_print_asked(recursion, &recursive);

    if (strncmp(earlier->record->resolvers, recursion, len) == 0)
        return failure_set(failure, EXIT_TROUBLE,
                           "the run in %s asked no resolver: give --resolver recursive again",
                           earlier->folder);
    return failure_set(failure, EXIT_TROUBLE,
                       "the run in %s names no resolver that can be asked: give --resolver",
                       earlier->folder);
}

bool earlier_resolvers_of(struct endpoint out[ENDPOINTS_MAX], unsigned *count,
                          const struct earlier_run *earlier, const struct options *options,
                          struct failure *failure)
{
    char text[ENDPOINT_TEXT_MAX];

    *count = 0;
    for (const char *at = earlier->record->resolvers; *at;) {
        size_t len = strcspn(at, SEPARATOR);
        bool good = *count < ENDPOINTS_MAX && len < sizeof(text);

        snprintf(text, sizeof(text), "%.*s", (int)len, at);
        if (!good || !endpoint_parse(&out[*count], text) || endpoint_is_recursive(&out[*count]))
            return refuse(earlier, failure);
        ++*count;
        at += len;
        at += strspn(at, SEPARATOR);
    }
    return *count == 0 || check_transport(earlier, options, failure);
}

static void say_taken(const struct endpoint *resolvers, unsigned count, const char *folder)
{
    for (unsigned i = 0; i < count; i++) {
        char text[ENDPOINT_TEXT_MAX];

        endpoint_print(text, &resolvers[i]);
        say("asking %s, as the run in %s did; --resolver names another", text, folder);
    }
}

static bool find_in(struct endpoint out[ENDPOINTS_MAX], unsigned *count,
                    const struct earlier_run *earlier, const struct options *options,
                    struct failure *failure)
{
    bool good = earlier_resolvers_of(out, count, earlier, options, failure);

    if (good && !options->quiet)
        say_taken(out, *count, earlier->folder);
    return good;
}

static bool find_in_recheck(struct endpoint out[ENDPOINTS_MAX], unsigned *count,
                            const struct options *options, struct failure *failure)
{
    char path[RUN_DIR_PATH_MAX];
    struct run_record *record = calloc(1, sizeof(*record));
    struct earlier_run earlier = {.folder = options->recheck, .record = record};
    struct run_file *run = NULL;
    struct failure unread = {0}; /* nothing was written */
    bool good = record || failure_out_of_memory(failure);

    snprintf(path, sizeof(path), "%s/%s", options->recheck, RUN_FILE_NAME);
    good = good && (run = run_file_open(path, RUN_READ, failure));
    if (good) {
        record_read(run, record);
        good = find_in(out, count, &earlier, options, failure);
    }
    (void)!run_file_close(run, &unread);
    free(record);
    return good;
}

bool earlier_resolvers_find(struct endpoint out[ENDPOINTS_MAX], unsigned *count,
                            const struct earlier_run *resumed, const struct options *options,
                            struct failure *failure)
{
    *count = 0;
    if (resumed && !find_in(out, count, resumed, options, failure))
        return false;
    return *count > 0 || !options->recheck || find_in_recheck(out, count, options, failure);
}
