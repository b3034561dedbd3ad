#include "io/resolver/tcp_connections.h"

void tcp_connections_init(struct tcp_connections *connections, unsigned count)
{
    *connections = (struct tcp_connections){.usable = count};
}

unsigned tcp_connections_take(struct tcp_connections *connections)
{
    unsigned least = 0;

    for (unsigned i = 0; i < connections->usable; i++) {
        if (connections->load[i] < TCP_CONNECTION_FILL) {
            least = i;
            break;
        }
        if (connections->load[i] < connections->load[least])
            least = i;
    }
    connections->load[least]++;
    return least;
}

void tcp_connections_end(struct tcp_connections *connections, unsigned connection, bool replied)
{
    connections->load[connection]--;
    if (replied)
        connections->proven[connection] = true;
    /* As long as the first connection has carried no reply, the resolver itself is silent. */
    else if (connections->proven[0] && !connections->proven[connection] &&
             connection < connections->usable)
        connections->usable = connection;
}
