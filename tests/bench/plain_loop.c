/*
 * The floor of the benches: what getdns itself costs. Asks PTR, then A of the name, for each
 * address of a block, over getdns; one context a thread; no tries, no checks but "the name came
 * back to the address", no reports.
 *
 *     plain_loop [--loop poll|own|ev] [--rate QPS] PORT FIRST-ADDRESS COUNT THREADS WINDOW
 *
 * --loop chooses the event loop: the one built into getdns (poll, the default), the program's with
 * its shared sockets (own), or libev (ev). The floor is the first: what anybody has who calls
 * getdns.
 * --rate makes a trickle, to see what an idle loop costs. Prints how many addresses were confirmed.
 */
#include <arpa/inet.h>
#include <ev.h>
#include <getdns/getdns_ext_libev.h>
#include <getdns/getdns_extra.h>
#include <getopt.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/resolver/getdns_loop.h"

enum { THREADS_MAX = 64, NAME_MAX_TEXT = 1025, TICK_MS = 20 };

struct settings {
    const char *loop;
    unsigned rate; /* queries a second of all threads; 0: as many as the window allows */
    const char *port;
    struct in_addr first;
    uint32_t count;
    unsigned threads;
    unsigned window;
};

struct share {
    pthread_t thread;
    struct getdns_loop *own; /* NULL with another loop */
    struct ev_loop *ev;
    getdns_context *context;
    getdns_eventloop *loop;
    getdns_eventloop_event tick; /* with a rate */
    unsigned per_tick;           /* 0: no rate */
    unsigned allowed;            /* addresses that may be asked about now */
    uint32_t next, end;
    unsigned open, window;
    unsigned confirmed;
};

struct lookup {
    struct share *share;
    uint32_t address;
};

static void on_forward(getdns_context *context, getdns_callback_type_t type, getdns_dict *response,
                       void *user, getdns_transaction_t transaction)
{
    (void)context, (void)transaction;
    struct lookup *lookup = user;
    uint32_t wanted = htonl(lookup->address);
    getdns_bindata *data;
    if (type == GETDNS_CALLBACK_COMPLETE &&
        !getdns_dict_get_bindata(response, "/replies_tree/0/answer/0/rdata/ipv4_address", &data) &&
        data->size == 4 && memcmp(data->data, &wanted, 4) == 0)
        lookup->share->confirmed++;
    lookup->share->open--;
    free(lookup);
    getdns_dict_destroy(response);
}

static void on_ptr(getdns_context *context, getdns_callback_type_t type, getdns_dict *response,
                   void *user, getdns_transaction_t transaction)
{
    (void)transaction;
    struct lookup *lookup = user;
    getdns_bindata *data;
    char *name = NULL;
    bool asked =
        type == GETDNS_CALLBACK_COMPLETE &&
        !getdns_dict_get_bindata(response, "/replies_tree/0/answer/0/rdata/ptrdname", &data) &&
        !getdns_convert_dns_name_to_fqdn(data, &name) &&
        !getdns_general(context, name, GETDNS_RRTYPE_A, NULL, lookup, NULL, on_forward);
    free(name);
    getdns_dict_destroy(response);
    if (!asked) {
        lookup->share->open--;
        free(lookup);
    }
}

static void start_next(struct share *share)
{
    struct lookup *lookup = malloc(sizeof(*lookup));
    if (!lookup)
        exit(2);
    uint32_t a = share->next++;
    *lookup = (struct lookup){.share = share, .address = a};
    char name[NAME_MAX_TEXT];
    snprintf(name, sizeof(name), "%u.%u.%u.%u.in-addr.arpa.", a & 255, a >> 8 & 255, a >> 16 & 255,
             a >> 24);
    share->open++;
    if (getdns_general(share->context, name, GETDNS_RRTYPE_PTR, NULL, lookup, NULL, on_ptr))
        exit(2);
}

static void on_tick(void *argument)
{
    struct share *share = argument;
    if (share->tick.ev)
        share->loop->vmt->clear(share->loop, &share->tick);
    share->allowed += share->per_tick;
    if (share->loop->vmt->schedule(share->loop, -1, TICK_MS, &share->tick))
        exit(2);
}

static void *run(void *argument)
{
    struct share *share = argument;
    if (share->own)
        getdns_loop_enter(share->own);
    if (share->per_tick > 0)
        on_tick(share);
    while (share->next < share->end || share->open > 0) {
        while (share->open < share->window && share->next < share->end &&
               (share->per_tick == 0 || share->allowed > 0)) {
            share->allowed -= share->per_tick > 0;
            start_next(share);
        }
        share->loop->vmt->run_once(share->loop, 1);
    }
    return NULL;
}

static void choose_loop(struct share *share, const struct settings *settings)
{
    struct ipaddr loopback = {.family = IP_V4, .bytes = {127, 0, 0, 1}};
    if (strcmp(settings->loop, "own") == 0) {
        share->own = getdns_loop_new();
        getdns_eventloop *context =
            share->own ? getdns_loop_join(share->own, &loopback, (uint16_t)atoi(settings->port))
                       : NULL;
        if (!context || getdns_context_set_eventloop(share->context, context))
            exit(2);
    } else if (strcmp(settings->loop, "ev") == 0) {
        share->ev = ev_loop_new(EVFLAG_AUTO);
        if (!share->ev || getdns_extension_set_libev_loop(share->context, share->ev))
            exit(2);
    }
    getdns_context_get_eventloop(share->context, &share->loop);
}

static getdns_context *open_context(const char *port)
{
    getdns_context *context;
    getdns_dict *upstream;
    getdns_list *upstreams = getdns_list_create();
    getdns_namespace_t dns_only[] = {GETDNS_NAMESPACE_DNS};
    getdns_transport_list_t transports[] = {GETDNS_TRANSPORT_UDP, GETDNS_TRANSPORT_TCP};
    char text[64];
    snprintf(text, sizeof(text), "127.0.0.1@%s", port);
    if (getdns_context_create(&context, 0) ||
        getdns_context_set_resolution_type(context, GETDNS_RESOLUTION_STUB) ||
        getdns_context_set_namespaces(context, 1, dns_only) ||
        getdns_context_set_append_name(context, GETDNS_APPEND_NAME_NEVER) ||
        getdns_context_set_dns_transport_list(context, 2, transports) ||
        getdns_str2dict(text, &upstream) || getdns_list_set_dict(upstreams, 0, upstream) ||
        getdns_context_set_upstream_recursive_servers(context, upstreams))
        exit(2);
    getdns_dict_destroy(upstream);
    getdns_list_destroy(upstreams);
    return context;
}

static void open_share(struct share *share, const struct settings *settings, unsigned i)
{
    uint32_t first = ntohl(settings->first.s_addr), each = settings->count / settings->threads;
    share->context = open_context(settings->port);
    choose_loop(share, settings);
    share->tick = (getdns_eventloop_event){.userarg = share, .timeout_cb = on_tick};
    share->per_tick = settings->rate / 2 * TICK_MS / 1000 / settings->threads;
    share->window = settings->window / settings->threads;
    share->next = first + each * i;
    share->end = i + 1 == settings->threads ? first + settings->count : share->next + each;
}

static void close_share(struct share *share)
{
    getdns_context_destroy(share->context);
    getdns_loop_free(share->own);
    if (share->ev)
        ev_loop_destroy(share->ev);
}

static bool read_settings(struct settings *settings, int argc, char **argv)
{
    static const struct option OPTIONS[] = {{"loop", required_argument, NULL, 'l'},
                                            {"rate", required_argument, NULL, 'r'},
                                            {NULL, 0, NULL, 0}};
    int option;
    *settings = (struct settings){.loop = "poll"};
    while ((option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
        if (option == 'l')
            settings->loop = optarg;
        else if (option == 'r')
            settings->rate = (unsigned)strtoul(optarg, NULL, 10);
        else
            return false;
    }
    if (argc - optind != 5 || inet_pton(AF_INET, argv[optind + 1], &settings->first) != 1)
        return false;
    settings->port = argv[optind];
    settings->count = (uint32_t)strtoul(argv[optind + 2], NULL, 10);
    settings->threads = (unsigned)strtoul(argv[optind + 3], NULL, 10);
    settings->window = (unsigned)strtoul(argv[optind + 4], NULL, 10);
    return settings->threads >= 1 && settings->threads <= THREADS_MAX;
}

int main(int argc, char **argv)
{
    struct settings settings;
    if (!read_settings(&settings, argc, argv)) {
        fputs("usage: plain_loop [--loop poll|own|ev] [--rate QPS] PORT FIRST-ADDRESS COUNT "
              "THREADS WINDOW\n",
              stderr);
        return 2;
    }
    static struct share shares[THREADS_MAX];
    unsigned confirmed = 0;
    for (unsigned i = 0; i < settings.threads; i++)
        open_share(&shares[i], &settings, i);
    for (unsigned i = 0; i < settings.threads; i++)
        if (pthread_create(&shares[i].thread, NULL, run, &shares[i]))
            return 2;
    for (unsigned i = 0; i < settings.threads; i++) {
        pthread_join(shares[i].thread, NULL);
        confirmed += shares[i].confirmed;
        close_share(&shares[i]);
    }
    printf("%u\n", confirmed);
    return 0;
}
