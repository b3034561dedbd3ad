/*
 * Asks one name server about its zones, a batch of zones at a time: the SOA record of each, then
 * the names in the zones that it serves. A server that answers nothing for as long as one question
 * may take with all its tries is silent for all its zones.
 *
 * Ownership: server_session_open / server_session_close. Threads: one at a time. Errors: in
 * *failure.
 */
#ifndef IO_PHASES_SERVER_SESSION_H
#define IO_PHASES_SERVER_SESSION_H

#include "io/lookup/asker.h"
#include "io/run/run_file.h"

struct server_session;

struct server_session_options {
    struct run_file *run;
    struct asker_options asker; /* endpoints, seed, give and context are set by the session */
    uint16_t port;
};

struct server_session *server_session_open(const struct server_session_options *options,
                                           const struct ipaddr *server, struct failure *failure);

enum server_session_step {
    SESSION_IDLE,   /* no question sent, no reply */
    SESSION_BUSY,   /* a question was sent or answered */
    SESSION_DONE,   /* nothing is left to ask */
    SESSION_FAILED, /* see *failure */
};

/* Fills the window, waits at most wait_ms, processes the replies. */
enum server_session_step server_session_run(struct server_session *session, int wait_ms,
                                            struct failure *failure);
/* Adds to *counts; both may be NULL. */
void server_session_close(struct server_session *session, struct asker_counts *counts);

#endif
