#include "tests/responder/responder.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "tests/responder/options.h"

enum { EXIT_WRONG = 2, PATH_TEXT_MAX = 4096 };

struct crowd {
    unsigned count;
    struct worker *workers[THREADS_CAP];
};

static bool fail(const char *what, const char *why)
{
    fprintf(stderr, "responder: %s: %s\n", what, why);
    return false;
}

static bool open_workers(struct crowd *crowd, struct site *site, struct settings *settings)
{
    char message[MESSAGE_MAX];

    for (unsigned i = 0; i < settings->threads; i++) {
        struct worker *worker = worker_new(site, i);

        if (!worker) {
            return fail("cannot begin", "out of memory or descriptors");
        }
        crowd->workers[crowd->count++] = worker;
        if (!listen_open(settings, worker, message)) {
            return fail("cannot begin", message);
        }
    }
    return true;
}

/* Writes under another name first, so that a waiting reader never sees half a file. */
static bool write_ports(const struct settings *settings)
{
    char partial[PATH_TEXT_MAX];

    if (!settings->port_file) {
        return true;
    }
    int length = snprintf(partial, sizeof(partial), "%s.partial", settings->port_file);
    FILE *file = length < (int)sizeof(partial) ? fopen(partial, "w") : NULL;
    if (!file) {
        return fail(settings->port_file, strerror(errno));
    }
    for (unsigned i = 0; i < settings->listen_count; i++) {
        fprintf(file, "%u\n", listen_port(&settings->listens[i]));
    }
    if (fclose(file) != 0 || rename(partial, settings->port_file) != 0) {
        return fail(settings->port_file, strerror(errno));
    }
    return true;
}

static bool start_workers(struct crowd *crowd)
{
    for (unsigned i = 0; i < crowd->count; i++) {
        struct worker *worker = crowd->workers[i];
        int error = pthread_create(&worker->thread, NULL, worker_run, worker);

        if (error != 0) {
            return fail("cannot start a thread", strerror(error));
        }
        worker->started = true;
    }
    return true;
}

static void stop_workers(struct crowd *crowd, const struct site *site)
{
    uint64_t one = 1;

    (void)!write(site->stop_fd, &one, sizeof(one));
    for (unsigned i = 0; i < crowd->count; i++) {
        if (crowd->workers[i]->started) {
            pthread_join(crowd->workers[i]->thread, NULL);
        }
    }
}

static bool report(const struct crowd *crowd, struct site *site)
{
    const char *path = site->settings->stats_file;
    struct stats *sum = &crowd->workers[0]->stats;

    if (!path) {
        return true;
    }
    for (unsigned i = 1; i < crowd->count; i++) {
        stats_merge(sum, &crowd->workers[i]->stats);
    }
    sum->spoilt = atomic_load(&site->faults.made);
    struct stats_peaks peaks = {.in_flight = atomic_load(&site->waiting.most),
                                .busy_connections = atomic_load(&site->busy.most)};
    return stats_write(sum, &peaks, path) || fail(path, strerror(errno));
}

static bool open_log(struct site *site)
{
    const char *path = site->settings->log_file;

    site->log = path ? fopen(path, "w") : NULL;
    return !path || site->log || fail(path, strerror(errno));
}

static bool prepare_faults(struct site *site)
{
    return faults_init(&site->faults, &site->settings->faults) ||
           fail("cannot begin", "out of memory");
}

/* Serves until a signal arrives. */
static bool serve(struct site *site, struct settings *settings)
{
    struct crowd crowd = {0};

    sigset_t ends;
    int signal_number = 0;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    bool done = open_log(site) && prepare_faults(site) && open_workers(&crowd, site, settings) &&
                start_workers(&crowd) && write_ports(settings);
    if (done) {
        sigwait(&ends, &signal_number);
    }
    stop_workers(&crowd, site);
    done = done && report(&crowd, site);
    for (unsigned i = 0; i < crowd.count; i++) {
        worker_free(crowd.workers[i]);
    }
    if (site->log && fclose(site->log) != 0) {
        done = fail(settings->log_file, strerror(errno));
    }
    return done;
}

int main(int argc, char **argv)
{
    char message[ANSWERBOOK_ERROR_MAX] = "";
    struct settings settings;
    struct site site = {.settings = &settings,
                        .started_ns = now_ns(),
                        .wall_started_ns = wall_ns(),
                        .book = answerbook_new()};
    int status = EXIT_WRONG;

    site.stop_fd = eventfd(0, EFD_CLOEXEC);
    if (!site.book || site.stop_fd < 0) {
        fail("cannot begin", "out of memory or descriptors");
        goto out;
    }
    switch (options_read(&settings, site.book, argc, argv, message)) {
    case OPTIONS_GO:
        status = serve(&site, &settings) ? EXIT_SUCCESS : EXIT_FAILURE;
        break;
    case OPTIONS_HELP:
        options_help();
        status = EXIT_SUCCESS;
        break;
    case OPTIONS_WRONG:
        fprintf(stderr, "responder: %s\n", message);
        break;
    }
out:
    faults_free(&site.faults);
    answerbook_free(site.book);
    return status;
}
