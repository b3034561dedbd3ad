#include "io/resolver/tcp_connections.h"

enum {
    PATIENCE_MIN = 4,
    PATIENCE_MAX = 256,
    SLOW_PART = 16 /* this part of its questions does not hold a connection up */
};

void tcp_connections_init(struct tcp_connections *connections, unsigned count)
{
    *connections = (struct tcp_connections){.usable = count, .patience = PATIENCE_MIN};
}

/* ---- choosing ---- */

static bool is_used_up(const struct tcp_connections *connections,
                       const struct tcp_connection *connection)
{
    return connections->limit != 0 && connection->sent >= connections->limit;
}

/* A used-up connection is replaced once almost nothing is in flight on it. So the number of open
 * connections hardly grows, and a few slow replies do not hold others up. A silent one is replaced
 * before getdns closes it (see the header). */
static bool must_open_anew(const struct tcp_connections *connections,
                           const struct tcp_connection *connection)
{
    return connection->closed || connection->timeouts > connection->replies ||
           (is_used_up(connections, connection) &&
            connection->load <= connections->limit / SLOW_PART);
}

static bool has_room(const struct tcp_connections *connections,
                     const struct tcp_connection *connection)
{
    return !is_used_up(connections, connection) || must_open_anew(connections, connection);
}

bool tcp_connections_have_room(const struct tcp_connections *connections)
{
    for (unsigned i = 0; i < connections->usable; i++) {
        if (has_room(connections, &connections->of[i]))
            return true;
    }
    return false;
}

/* Connections with room come first, then those with fewer questions. */
static bool is_better(const struct tcp_connections *connections, const struct tcp_connection *a,
                      const struct tcp_connection *b)
{
    bool a_has_room = has_room(connections, a), b_has_room = has_room(connections, b);

    return a_has_room == b_has_room ? a->load < b->load : a_has_room;
}

static unsigned choose(const struct tcp_connections *connections)
{
    unsigned best = 0;

    for (unsigned i = 0; i < connections->usable; i++) {
        const struct tcp_connection *connection = &connections->of[i];
        if (has_room(connections, connection) && connection->load < TCP_CONNECTION_FILL)
            return i;
        if (is_better(connections, connection, &connections->of[best]))
            best = i;
    }
    return best;
}

struct tcp_place tcp_connections_take(struct tcp_connections *connections, bool *anew)
{
    unsigned i = choose(connections);
    struct tcp_connection *connection = &connections->of[i];

    *anew = must_open_anew(connections, connection);
    if (*anew) {
        connection->closed = false;
        connection->sent = connection->replies = connection->timeouts = 0;
        connection->life++;
    }
    connection->sent++;
    connection->load++;
    return (struct tcp_place){.connection = i, .life = connection->life};
}

/* ---- what the server serves ---- */

/* It closed a connection after this number of replies. A server without a fixed number closes some
 * early: the limit falls by at most half. */
static void lower_limit(struct tcp_connections *connections, unsigned replies)
{
    unsigned half = connections->limit / 2;

    if (connections->limit != 0 && replies >= connections->limit)
        return; /* it served as many as expected */
    if (connections->limit == 0 || replies < half)
        connections->patience = PATIENCE_MIN;
    else if (connections->patience < PATIENCE_MAX)
        connections->patience *= 2;
    connections->served_all = 0;
    connections->limit = replies > half ? replies : half;
    if (connections->limit >= TCP_CONNECTION_FILL)
        connections->limit = 0;
}

/* It closed a connection with several questions before any reply. A server that reads one question
 * and closes may lose the reply, because the others were never read (RFC 1122 4.2.2.13). */
static void limit_to_one(struct tcp_connections *connections)
{
    if (connections->limit == 0)
        connections->patience = PATIENCE_MIN;
    else if (connections->patience < PATIENCE_MAX)
        connections->patience *= 2;
    connections->limit = 1;
    connections->served_all = 0;
}

static void raise_limit(struct tcp_connections *connections)
{
    if (++connections->served_all < connections->patience)
        return;
    connections->served_all = 0;
    connections->limit *= 2;
    if (connections->limit >= TCP_CONNECTION_FILL)
        connections->limit = 0;
}

/* ---- outcomes ---- */

static void note_reply(struct tcp_connections *connections, struct tcp_connection *connection,
                       bool present)
{
    connection->proven = true;
    if (!present)
        return;
    connection->replies++;
    if (connections->limit != 0 && connection->replies == connections->limit)
        raise_limit(connections);
}

static bool note_closed(struct tcp_connections *connections, struct tcp_connection *connection,
                        bool present)
{
    bool first = present && !connection->closed;

    if (first)
        connection->closed = true;
    if (first && connection->replies > 0)
        lower_limit(connections, connection->replies);
    else if (first && connection->sent > 1 && connection->timeouts == 0 &&
             (connection->proven || connection == connections->of))
        limit_to_one(connections);
    return !present || connection->replies > 0;
}

bool tcp_connections_end(struct tcp_connections *connections, struct tcp_place place,
                         enum tcp_outcome outcome)
{
    unsigned i = place.connection;
    struct tcp_connection *connection = &connections->of[i];
    bool present = place.life == connection->life;

    connection->load--;
    connection->timeouts += present && (outcome == TCP_NO_REPLY || outcome == TCP_CLOSED_LATE);
    if (outcome == TCP_REPLY)
        note_reply(connections, connection, present);
    /* As long as the first connection has carried no reply, the resolver itself is silent. */
    else if (connections->of[0].proven && !connection->proven && i < connections->usable)
        connections->usable = i;
    return (outcome == TCP_CLOSED || outcome == TCP_CLOSED_LATE) &&
           note_closed(connections, connection, present);
}
