#include "io/phases/zone_servers.h"

#include <stdlib.h>

#include "io/phases/server_session.h"
#include "io/system/clock.h"

enum {
    SESSIONS_MAX = 16, /* servers asked at a time */
    SESSION_SHARE = 8, /* of the window per session, at least: contexts need descriptors too */
    SESSION_WINDOW_MAX = 64, /* questions in flight at one server */
};

struct zone_servers {
    struct run_file *run;
    const struct vantage_options *options;
    struct failure *failure;
    struct rate_limit rate_limit;
    struct server_session_options session;
    unsigned session_count;
    struct server_session *sessions[SESSIONS_MAX]; /* NULL: free */
    bool at_end;                                   /* no more servers */
    bool has_last;
    struct ipaddr last; /* server given to a session */
};

static enum collect_end run_failed(struct zone_servers *z)
{
    failure_pass(z->failure, run_file_failure(z->run));
    return COLLECT_FAILED;
}

static void choose_size(struct zone_servers *z)
{
    unsigned window = z->options->collecting.asker.window;
    unsigned share = window / SESSIONS_MAX;
    z->session_count =
        window / SESSION_SHARE < SESSIONS_MAX ? window / SESSION_SHARE : SESSIONS_MAX;
    if (z->session_count == 0)
        z->session_count = 1;
    z->session.asker.window = share == 0                   ? 1
                              : share < SESSION_WINDOW_MAX ? share
                                                           : SESSION_WINDOW_MAX;
}

/* Name servers do not offer DNS over TLS. */
static void choose_options(struct zone_servers *z)
{
    const struct vantage_options *options = z->options;
    z->session.run = z->run;
    z->session.port = options->port ? options->port : DNS_PORT;
    z->session.asker = options->collecting.asker;
    asker_options_ask_servers(&z->session.asker);
    if (z->session.asker.transport == TRANSPORT_TLS)
        z->session.asker.transport = TRANSPORT_UDP;
    z->session.asker.patience_ms = 0; /* a lame server stays lame */
    z->session.asker.rate_limit = &z->rate_limit;
    z->session.asker.shared_pace = NULL; /* belongs to the resolvers */
    z->session.asker.cache = NULL;       /* holds answers of others */
    rate_limit_init(&z->rate_limit, options->has_rate ? options->rate : COLLECT_RATE_REMOTE);
}

/* Opens a session in each free place, while servers are left. */
static bool fill_sessions(struct zone_servers *z)
{
    for (unsigned i = 0; i < z->session_count && !z->at_end; i++) {
        if (z->sessions[i])
            continue;
        enum run_step step =
            run_file_next_unasked_server(z->run, z->has_last ? &z->last : NULL, &z->last);
        z->has_last = true;
        z->at_end = step != RUN_ROW;
        if (step == RUN_FAILED)
            return failure_pass(z->failure, run_file_failure(z->run));
        if (step == RUN_ROW &&
            !(z->sessions[i] = server_session_open(&z->session, &z->last, z->failure)))
            return false;
    }
    return true;
}

/* Runs each session once. *busy: questions were sent, or replies came. */
static bool run_sessions(struct zone_servers *z, int wait_ms, struct asker_counts *counts,
                         bool *busy, unsigned *open)
{
    *busy = false;
    *open = 0;
    for (unsigned i = 0; i < z->session_count; i++) {
        if (!z->sessions[i])
            continue;
        ++*open;
        enum server_session_step step = server_session_run(z->sessions[i], wait_ms, z->failure);
        if (step == SESSION_FAILED)
            return false;
        *busy = *busy || step != SESSION_IDLE;
        if (step == SESSION_DONE) {
            server_session_close(z->sessions[i], counts);
            z->sessions[i] = NULL;
        }
    }
    return true;
}

static enum collect_end ask_all(struct zone_servers *z, struct asker_counts *counts)
{
    bool busy = true;
    unsigned open = 0;
    for (;;) {
        if (!fill_sessions(z) || !run_sessions(z, busy ? 0 : 1, counts, &busy, &open))
            return COLLECT_FAILED;
        if (open == 0 && z->at_end)
            return COLLECT_COMPLETE;
        if (!run_file_commit_when_due(z->run))
            return run_failed(z);
        if (*z->options->collecting.stop)
            return COLLECT_STOPPED;
    }
}

enum collect_end zone_servers_ask(struct run_file *run, const struct vantage_options *options,
                                  struct asker_counts *counts, struct failure *failure)
{
    struct zone_servers *z = calloc(1, sizeof(*z));
    if (!z) {
        failure_out_of_memory(failure);
        return COLLECT_FAILED;
    }
    z->run = run;
    z->options = options;
    z->failure = failure;
    choose_options(z);
    choose_size(z);
    enum collect_end end = ask_all(z, counts);
    for (unsigned i = 0; i < z->session_count; i++)
        server_session_close(z->sessions[i], counts);
    if (end != COLLECT_FAILED && !run_file_commit(run))
        end = run_failed(z);
    free(z);
    return end;
}
