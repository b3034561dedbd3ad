/*
 * The floor of the benches: what getdns itself costs. Asks PTR, then A of the name, for each address of a
 * block, over getdns with its built-in event loop; one context a thread; no tries, no checks but "the name
 * came back to the address", no reports.
 *
 *     plain_loop PORT FIRST-ADDRESS COUNT THREADS WINDOW
 *
 * Prints how many addresses were confirmed.
 */
#include <arpa/inet.h>
#include <getdns/getdns_extra.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS_MAX = 64, NAME_MAX_TEXT = 1025 };

struct share {
    pthread_t thread;
    getdns_context *context;
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

static void on_ptr(getdns_context *context, getdns_callback_type_t type, getdns_dict *response, void *user,
                   getdns_transaction_t transaction)
{
    (void)transaction;
    struct lookup *lookup = user;
    getdns_bindata *data;
    char *name = NULL;
    bool asked = type == GETDNS_CALLBACK_COMPLETE &&
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
    snprintf(name, sizeof(name), "%u.%u.%u.%u.in-addr.arpa.", a & 255, a >> 8 & 255, a >> 16 & 255, a >> 24);
    share->open++;
    if (getdns_general(share->context, name, GETDNS_RRTYPE_PTR, NULL, lookup, NULL, on_ptr))
        exit(2);
}

static void *run(void *argument)
{
    struct share *share = argument;
    getdns_eventloop *loop;
    getdns_context_get_eventloop(share->context, &loop);
    while (share->next < share->end || share->open > 0) {
        while (share->open < share->window && share->next < share->end)
            start_next(share);
        loop->vmt->run_once(loop, 1);
    }
    return NULL;
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
        getdns_context_set_dns_transport_list(context, 2, transports) || getdns_str2dict(text, &upstream) ||
        getdns_list_set_dict(upstreams, 0, upstream) ||
        getdns_context_set_upstream_recursive_servers(context, upstreams))
        exit(2);
    getdns_dict_destroy(upstream);
    getdns_list_destroy(upstreams);
    return context;
}

int main(int argc, char **argv)
{
    struct in_addr first;
    if (argc != 6 || inet_pton(AF_INET, argv[2], &first) != 1) {
        fputs("usage: plain_loop PORT FIRST-ADDRESS COUNT THREADS WINDOW\n", stderr);
        return 2;
    }
    uint32_t count = (uint32_t)strtoul(argv[3], NULL, 10);
    unsigned threads = (unsigned)strtoul(argv[4], NULL, 10), confirmed = 0;
    static struct share shares[THREADS_MAX];
    if (threads < 1 || threads > THREADS_MAX)
        return 2;
    for (unsigned i = 0; i < threads; i++) {
        shares[i].context = open_context(argv[1]);
        shares[i].window = (unsigned)strtoul(argv[5], NULL, 10) / threads;
        shares[i].next = ntohl(first.s_addr) + count / threads * i;
        shares[i].end = i + 1 == threads ? ntohl(first.s_addr) + count : shares[i].next + count / threads;
    }
    for (unsigned i = 0; i < threads; i++)
        if (pthread_create(&shares[i].thread, NULL, run, &shares[i]))
            return 2;
    for (unsigned i = 0; i < threads; i++) {
        pthread_join(shares[i].thread, NULL);
        confirmed += shares[i].confirmed;
        getdns_context_destroy(shares[i].context);
    }
    printf("%u\n", confirmed);
    return 0;
}
