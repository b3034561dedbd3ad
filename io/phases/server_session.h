/*
 * One name server being asked for its zones, a batch of zones at a time: the SOA of each, then the
 * names in those that it has. A server that leaves everything unanswered for as long as one
 * question may take is silent for all its zones.
 *
 * Ownership: server_session_open / server_session_close. Threads: one at a time.
 */
#ifndef IO_PHASES_SERVER_SESSION_H
#define IO_PHASES_SERVER_SESSION_H

#include "io/lookup/asker.h"
#include "io/run/vantages.h"

struct server_session;

struct server_session_options {
    struct run_file *run;
    struct asker_options asker; /* endpoints, seed, give and context are set by the session */
    uint16_t port;
};

struct server_session *server_session_open(const struct server_session_options *options,
                                           const struct ipaddr *server, struct failure *failure);

enum server_session_step {
    SESSION_IDLE,   /* nothing happened */
    SESSION_BUSY,   /* a question was sent or answered */
    SESSION_DONE,   /* there is nothing left to ask */
    SESSION_FAILED, /* *failure tells */
};

/* Sends what may fly, waits at most wait_ms, serves the replies. */
enum server_session_step server_session_run(struct server_session *session, int wait_ms,
                                            struct failure *failure);
/* Adds to counts what was asked. NULL is allowed. */
void server_session_close(struct server_session *session, struct asker_counts *counts);

#endif
