#include "io/resolver/tcp_connections.h"

void streams_init(struct streams *streams, unsigned count)
{
    *streams = (struct streams){.usable = count};
}

unsigned streams_take(struct streams *streams)
{
    unsigned least = 0;
    for (unsigned i = 0; i < streams->usable; i++) {
        if (streams->load[i] < STREAMS_FILL) {
            least = i;
            break;
        }
        if (streams->load[i] < streams->load[least])
            least = i;
    }
    streams->load[least]++;
    return least;
}

void streams_end(struct streams *streams, unsigned stream, bool replied)
{
    streams->load[stream]--;
    if (replied)
        streams->proven[stream] = true;
    /* Where the first one has brought nothing yet, it is the resolver that is silent. */
    else if (streams->proven[0] && !streams->proven[stream] && stream < streams->usable)
        streams->usable = stream;
}
