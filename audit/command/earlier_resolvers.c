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
    return options->recheck && options->resolver_count == 0 && options->zone_count == 0;
}

/* Never encrypted before and plain now, and never to a server that proves another name. */
static bool check_transport(const struct run_record *record, const struct options *options,
                            struct failure *failure)
{
    char now[RECORD_TEXT_MAX];
    const char *tls = transport_key(TRANSPORT_TLS);

    options_print_transport(now, sizeof(now), options);
    if (strcmp(now, record->transport) == 0 ||
        (options->transport != TRANSPORT_TLS && strncmp(record->transport, tls, strlen(tls)) != 0))
        return true;
    return failure_set(failure, EXIT_TROUBLE,
                       "the run in %s asked over %s, not over %s: give --resolver",
                       options->recheck, record->transport, now);
}

static bool refuse(const struct run_record *record, const struct options *options,
                   struct failure *failure)
{
    char recursion[ENDPOINT_TEXT_MAX];
    struct endpoint recursive = endpoint_recursive();
    size_t len = endpoint_print_asked(recursion, &recursive);

    if (strncmp(record->resolvers, recursion, len) == 0)
        return failure_set(failure, EXIT_TROUBLE,
                           "the run in %s asked no resolver: give --resolver recursive again",
                           options->recheck);
    return failure_set(failure, EXIT_TROUBLE,
                       "the run in %s names no resolver that can be asked: give --resolver",
                       options->recheck);
}

bool earlier_resolvers_of(struct endpoint out[ENDPOINTS_MAX], unsigned *count,
                          const struct run_record *record, const struct options *options,
                          struct failure *failure)
{
    char text[ENDPOINT_TEXT_MAX];

    *count = 0;
    for (const char *at = record->resolvers; *at;) {
        size_t len = strcspn(at, SEPARATOR);
        bool good = *count < ENDPOINTS_MAX && len < sizeof(text);

        snprintf(text, sizeof(text), "%.*s", (int)len, at);
        if (!good || !endpoint_parse(&out[*count], text) || endpoint_is_recursive(&out[*count]))
            return refuse(record, options, failure);
        ++*count;
        at += len;
        at += strspn(at, SEPARATOR);
    }
    return *count == 0 || check_transport(record, options, failure);
}

static void say_taken(const struct endpoint *resolvers, unsigned count,
                      const struct options *options)
{
    for (unsigned i = 0; i < count && !options->quiet; i++) {
        char text[ENDPOINT_TEXT_MAX];

        endpoint_print(text, &resolvers[i]);
        say("asking %s, as the run in %s did; --resolver names another", text, options->recheck);
    }
}

bool earlier_resolvers_read(struct endpoint out[ENDPOINTS_MAX], unsigned *count,
                            const struct options *options, struct failure *failure)
{
    char path[RUN_DIR_PATH_MAX];
    struct run_record *record = calloc(1, sizeof(*record));
    struct run_file *run = NULL;
    struct failure unread = {0}; /* nothing was written */
    bool good = record || failure_out_of_memory(failure);

    *count = 0;
    snprintf(path, sizeof(path), "%s/%s", options->recheck, RUN_FILE_NAME);
    good = good && (run = run_file_open(path, RUN_READ, failure));
    if (good) {
        record_read(run, record);
        good = earlier_resolvers_of(out, count, record, options, failure);
    }
    if (good)
        say_taken(out, *count, options);
    (void)!run_file_close(run, &unread);
    free(record);
    return good;
}
