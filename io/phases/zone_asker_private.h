/*
 * Shared by the files of the zone asker.
 *
 * zone_asker.c           life of the asker; the way of a question through the servers of its zone
 * zone_asker_search.c    from a name to its zone, and to the servers of the zone
 * zone_asker_server.c    one name server
 */
#ifndef IO_PHASES_ZONE_ASKER_PRIVATE_H
#define IO_PHASES_ZONE_ASKER_PRIVATE_H

#include <sys/queue.h>

#include "io/phases/zone_asker.h"
#include "io/resolver/udp_sockets.h"

enum {
    KEYS_BITS = 17,
    KEYS_SIZE = 1 << KEYS_BITS, /* of the table, half of which is used */
    ZONES_MAX = 16 * 1024,
    SERVERS_MAX = 64,     /* each takes 1.6 MB */
    ZONE_SERVERS_MAX = 8, /* addresses of servers, of one zone */
    ZONE_SERVERS_FEW = 2, /* the same once half of the servers are taken by other zones */
    SERVER_TRIES = 2,     /* of a question at one server */
    SERVER_FAULTS_MAX = 64,
    LEFT_OUT_MS = 30 * 1000, /* a server that answered nothing is tried again then */
    DECIDE_MS = 1000,        /* after the first server of a zone answered, others are waited for */
};

/* A question on its way. */
struct zone_ask {
    LIST_ENTRY(zone_ask) link; /* in a search, a zone or a server */
    void *owner;
    unsigned slot;
    bool is_soa; /* the question whether the server has the zone; has no owner */
    bool has_wanted;
    struct ipaddr wanted;
    struct question question;
    struct zone *zone;
    unsigned at;    /* the server of the zone that is asked */
    unsigned tried; /* bit for each server of the zone that was asked */
};

LIST_HEAD(zone_ask_list, zone_ask);

struct name_server {
    struct zone_asker *of;
    struct endpoint endpoint;
    struct rate_limit rate_limit;
    struct shared_pace shared_pace;
    struct asker *asker;       /* NULL: left out */
    int64_t again_ns;          /* left out until then */
    struct zone_ask_list asks; /* in flight */
};

/* A server of a zone. */
struct zone_server {
    struct name_server *server;
    bool has_zone;      /* with authority */
    bool asked_twice;   /* for the zone: the first answer may have been spoilt */
    uint32_t serial;    /* of the zone there; valid with has_zone */
    unsigned faults;    /* answers in a row that do not count */
    unsigned good, bad; /* all answers that count, and that do not */
};

struct zone {
    LIST_ENTRY(zone) link; /* of those that are searched */
    struct dnsname apex;   /* in lower case */
    bool searched;         /* its servers are known, as far as they answer in time */
    bool cut;              /* it has more servers than may be asked */
    unsigned open;         /* questions about the zone and its servers without an answer */
    bool has_serial;       /* a server has the zone */
    uint32_t serial;       /* the newest */
    int64_t decide_ns;     /* valid with has_serial */
    unsigned turn;
    unsigned server_count;
    struct zone_server servers[ZONE_SERVERS_MAX];
    struct zone_ask_list waiting; /* while it is searched */
};

LIST_HEAD(zone_list, zone);

/* The SOA question for a name. */
struct zone_search {
    LIST_ENTRY(zone_search) link;
    struct dnsname name;
    struct zone_ask_list waiting;
};

LIST_HEAD(zone_search_list, zone_search);

/* A name whose SOA was asked for. */
struct zone_key {
    uint64_t hash;              /* of the name; 0: free. If two names share it, one is taken for the
                                   other, and the answers of its servers do not count */
    struct zone *zone;          /* NULL: none that may be asked */
    struct zone_search *search; /* under way; else NULL */
    bool searched; /* its SOA was asked for; not so: an apex that another name led to */
};

/* Each server keeps its descriptors. The rest of the plan is shared: sockets that a server needs
 * beyond its own, and the servers that are not open yet. */
struct descriptors {
    unsigned planned; /* for all servers */
    unsigned each;    /* of one server */
    struct socket_budget budget;
};

struct zone_asker {
    struct asker_options resolver_options;
    const struct name_server_options *options;
    zone_answer_fn *give;
    void *context;
    bool out_of_memory;
    unsigned open;
    struct asker *resolver;
    struct answer_cache *cache; /* of answers of name servers */
    unsigned key_count;
    struct zone_key *keys; /* KEYS_SIZE */
    unsigned zone_count;
    struct zone *zones[ZONES_MAX];
    struct zone_list searched;
    struct zone_search_list searches;
    unsigned servers_max; /* at most SERVERS_MAX, as many as descriptors allow */
    struct descriptors descriptors;
    unsigned server_count, turn;
    struct name_server *servers[SERVERS_MAX];
    struct answer answer;       /* reused: the part of an answer that its zone decides */
    struct asker_counts gone;   /* of askers that are closed, and of zones */
    struct asker_counts counts; /* of all */
};

/* Gives the answer and frees the question. */
void zone_ask_end(struct zone_asker *asker, struct zone_ask *ask, const struct answer *answer);
/* Asks the next server of its zone, or ends the question without an answer. */
void zone_ask_route(struct zone_asker *asker, struct zone_ask *ask);

/* Finds the zone of a question, and routes it then. False: out of memory. */
bool zone_search_begin(struct zone_asker *asker, struct zone_ask *ask,
                       const struct ipaddr *reverse_of) __attribute__((warn_unused_result));
/* Answers of the resolver. */
answer_fn zone_search_on_answer;
/* The answer of a server to the SOA question; NULL: none. */
void zone_search_on_soa(struct zone_asker *asker, struct zone_ask *ask,
                        const struct answer *answer);
/* Ends the wait for the slow servers of zones that have quick ones. */
void zone_search_decide(struct zone_asker *asker);
/* The server answers again, perhaps: asks it for the SOA of its zones. */
void zone_search_again(struct zone_asker *asker, struct name_server *server);
void zone_search_free(struct zone_asker *asker);

/* The server at an address, opened if it is new. NULL: it cannot be asked; *full is set if that is
 * for a ceiling. few: a zone that has some servers gets no further one from the last half. */
struct name_server *name_server_at(struct zone_asker *asker, const struct ipaddr *address, bool few,
                                   bool *full);
/* Sets how many sockets the servers, and the resolver, may have beyond their own: those of servers
 * that are not open yet as well, up to half, so that there is room for the next one. */
void name_servers_share_sockets(struct zone_asker *asker);
bool name_server_ask(struct name_server *server, struct zone_ask *ask)
    __attribute__((warn_unused_result));
/* Closes its asker for LEFT_OUT_MS. Its questions go on to other servers. */
void name_server_leave_out(struct name_server *server);
/* Opens the askers of servers that were left out long enough. */
void name_servers_return(struct zone_asker *asker);
void name_server_free(struct name_server *server);
/* Called by the asker of the server. */
answer_fn zone_ask_on_answer;

#endif
