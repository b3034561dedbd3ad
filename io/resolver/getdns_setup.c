#include "io/resolver/getdns_setup.h"

#include <stdio.h>
#include <string.h>

enum {
    CONNECTION_IDLE_MS = 5000,
    TLS_BACKOFF_SECONDS = 2,
    LOG_LINE_MAX = 512,
    PLAIN_UDP_PAYLOAD = 512, /* RFC 1035 4.2.1; getdns adds no OPT record for it */
};

static unsigned port_of(const struct endpoint *endpoint, bool tls)
{
    return endpoint->port ? endpoint->port : tls ? DNS_TLS_PORT : DNS_PORT;
}

static getdns_return_t set_name(getdns_dict *upstream, const struct resolver_trust *trust)
{
    if (!trust)
        return GETDNS_RETURN_GOOD;
    getdns_bindata name = {.size = strlen(trust->name), .data = (uint8_t *)(uintptr_t)trust->name};
    return getdns_dict_set_bindata(upstream, "tls_auth_name", &name);
}

/* Builds what getdns_str2dict makes of an address with a port, but allocates from our memory. */
static getdns_return_t describe(getdns_dict *upstream, const struct endpoint *endpoint, bool tls)
{
    bool v4 = endpoint->address.family == IP_V4;
    getdns_bindata address = {.size = ipaddr_octets(&endpoint->address),
                              .data = (uint8_t *)(uintptr_t)endpoint->address.bytes};
    getdns_return_t rc =
        getdns_dict_util_set_string(upstream, "address_type", v4 ? "IPv4" : "IPv6");

    if (!rc)
        rc = getdns_dict_set_bindata(upstream, "address_data", &address);
    return rc ? rc
              : getdns_dict_set_int(upstream, tls ? "tls_port" : "port", port_of(endpoint, tls));
}

/* getdns takes a list of dictionaries; here it has one. */
getdns_return_t getdns_setup_upstream(getdns_context *context, const struct getdns_setup *setup,
                                      const struct endpoint *endpoint, bool tls)
{
    getdns_dict *upstream = getdns_dict_create_with_extended_memory_functions(
        setup->memory, getdns_memory_malloc, getdns_memory_realloc, getdns_memory_give_back);
    getdns_list *list = getdns_list_create_with_extended_memory_functions(
        setup->memory, getdns_memory_malloc, getdns_memory_realloc, getdns_memory_give_back);
    getdns_return_t rc = upstream && list ? GETDNS_RETURN_GOOD : GETDNS_RETURN_MEMORY_ERROR;

    if (!rc)
        rc = describe(upstream, endpoint, tls);
    if (!rc)
        rc = set_name(upstream, setup->trust);
    if (!rc)
        rc = getdns_list_set_dict(list, 0, upstream);
    if (!rc)
        rc = getdns_context_set_upstream_recursive_servers(context, list);
    getdns_list_destroy(list);
    getdns_dict_destroy(upstream);
    return rc;
}

/* The caller must see a truncated reply, and asks again over the context of a connection. If getdns
 * goes on over TCP by itself and that takes too long, it closes the descriptor of the connection
 * once for each question that waited, and so closes whatever has that number by then, in any
 * thread. getdns 1.6.0 looks past the end of its list for the next transport. Setting a longer list
 * first leaves UDP in that place, which it does not go on with. */
static getdns_return_t set_udp_alone(getdns_context *context)
{
    getdns_transport_list_t first[] = {GETDNS_TRANSPORT_TCP, GETDNS_TRANSPORT_UDP};
    getdns_transport_list_t udp[] = {GETDNS_TRANSPORT_UDP};
    getdns_return_t rc = getdns_context_set_dns_transport_list(context, 2, first);

    return rc ? rc : getdns_context_set_dns_transport_list(context, 1, udp);
}

static getdns_return_t set_transports(getdns_context *context, enum transport transport)
{
    getdns_transport_list_t tcp[] = {GETDNS_TRANSPORT_TCP};
    getdns_transport_list_t tls[] = {GETDNS_TRANSPORT_TLS};

    switch (transport) {
    case TRANSPORT_UDP:
        return set_udp_alone(context);
    case TRANSPORT_TCP:
        return getdns_context_set_dns_transport_list(context, 1, tcp);
    case TRANSPORT_TLS:
        return getdns_context_set_dns_transport_list(context, 1, tls);
    }
    return GETDNS_RETURN_INVALID_PARAMETER;
}

/* Only the log of getdns gives the reason why a certificate is refused: ... : Verify failed : TLS -
 * ... "hostname mismatch". */
static __attribute__((format(printf, 4, 0))) void on_log(void *user, uint64_t system,
                                                         getdns_loglevel_type level,
                                                         const char *format, va_list arguments)
{
    (void)system, (void)level;
    const struct resolver_trust *trust = user;
    char line[LOG_LINE_MAX];

    vsnprintf(line, sizeof(line), format, arguments);
    char *why = strstr(line, "Verify failed") ? strchr(line, '"') : NULL;
    if (!why || !trust->refused)
        return;
    why[1 + strcspn(why + 1, "\"")] = '\0';
    trust->refused(trust->context, why + 1);
}

/* Strict profile: getdns closes the connection to a server that does not prove its identity before
 * it writes a question. */
static getdns_return_t set_trust(getdns_context *context, const struct resolver_trust *trust)
{
    getdns_return_t rc =
        getdns_context_set_tls_authentication(context, GETDNS_AUTHENTICATION_REQUIRED);

    if (!rc && trust->ca_file)
        rc = getdns_context_set_tls_ca_file(context, trust->ca_file);
    if (!rc)
        rc = getdns_context_set_logfunc(context, (void *)(uintptr_t)trust,
                                        GETDNS_LOG_UPSTREAM_STATS, GETDNS_LOG_ERR, on_log);
    return rc;
}

static getdns_return_t configure(getdns_context *context, const struct getdns_setup *setup,
                                 const struct endpoint *endpoint, enum transport transport)
{
    getdns_namespace_t dns_only[] = {GETDNS_NAMESPACE_DNS};
    getdns_return_t rc;

    if ((rc = getdns_context_set_resolution_type(context, GETDNS_RESOLUTION_STUB)))
        return rc;
    if ((rc = getdns_context_set_namespaces(context, 1, dns_only)))
        return rc;
    if ((rc = getdns_context_set_append_name(context, GETDNS_APPEND_NAME_NEVER)))
        return rc;
    if ((rc = set_transports(context, transport)))
        return rc;
    if ((rc = getdns_setup_upstream(context, setup, endpoint, transport == TRANSPORT_TLS)))
        return rc;
    if (transport == TRANSPORT_TLS && setup->trust && (rc = set_trust(context, setup->trust)))
        return rc;
    if ((rc = getdns_context_set_edns_maximum_udp_payload_size(context, RESOLVER_UDP_PAYLOAD)))
        return rc;
    if ((rc = getdns_context_set_idle_timeout(context, CONNECTION_IDLE_MS)))
        return rc;
    return getdns_context_set_tls_backoff_time(context, TLS_BACKOFF_SECONDS);
}

getdns_return_t getdns_setup_without_edns(getdns_context *context)
{
    return getdns_context_set_edns_maximum_udp_payload_size(context, PLAIN_UDP_PAYLOAD);
}

bool getdns_setup_context(getdns_context **out, const struct getdns_setup *setup,
                          const struct endpoint *endpoint, enum transport transport,
                          struct failure *failure)
{
    uint16_t port = (uint16_t)port_of(endpoint, transport == TRANSPORT_TLS);
    getdns_eventloop *loop = getdns_loop_join(setup->loop, &endpoint->address, port);
    getdns_return_t rc = loop ? getdns_context_create_with_extended_memory_functions(
                                    out, 0, setup->memory, getdns_memory_malloc,
                                    getdns_memory_realloc, getdns_memory_give_back)
                              : GETDNS_RETURN_MEMORY_ERROR;

    if (!rc)
        rc = getdns_context_set_eventloop(*out, loop);
    if (!rc)
        rc = configure(*out, setup, endpoint, transport);
    if (rc)
        return failure_set(failure, EXIT_TROUBLE, "getdns cannot be set up: %s",
                           getdns_get_errorstr_by_id(rc));
    return true;
}
