/*
 * One name server being asked for its zones, a batch of zones at a time: the SOA of each, then the
 * names in those that it has. A server that leaves everything unanswered for as long as one
 * question may take is silent for all its zones.
 *
 * Ownership: server_lane_open / server_lane_close. Threads: one at a time.
 */
#ifndef IO_PHASES_SERVER_SESSION_H
#define IO_PHASES_SERVER_SESSION_H

#include "io/lookup/asker.h"
#include "io/run/vantages.h"

struct server_lane;

struct lane_options {
    struct run_file *run;
    struct asker_options asker; /* endpoints, seed, give and context are set by the lane */
    uint16_t port;
};

struct server_lane *server_lane_open(const struct lane_options *options,
                                     const struct ipaddr *server, struct failure *failure);

enum lane_turn {
    LANE_IDLE,   /* nothing happened */
    LANE_BUSY,   /* a question was sent or answered */
    LANE_DONE,   /* there is nothing left to ask */
    LANE_FAILED, /* *failure tells */
};

/* Sends what may fly, waits at most wait_ms, serves the replies. */
enum lane_turn server_lane_turn(struct server_lane *lane, int wait_ms, struct failure *failure);
/* Adds to counts what was asked. NULL is allowed. */
void server_lane_close(struct server_lane *lane, struct asker_counts *counts);

#endif
