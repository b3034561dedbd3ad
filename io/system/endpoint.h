/* The address and port of a resolver, from the command line (ADDR[@PORT]) or the system's
 * resolv.conf(5). */
#ifndef IO_SYSTEM_ENDPOINT_H
#define IO_SYSTEM_ENDPOINT_H

#include "audit/ipaddr.h"
#include "io/system/failure.h"

enum {
    ENDPOINTS_MAX = 16,
    ENDPOINT_TEXT_MAX = IPADDR_TEXT_MAX + 8,
    DNS_PORT = 53,
    DNS_TLS_PORT = 853
};

struct sockaddr_storage;

struct endpoint {
    struct ipaddr address;
    uint16_t port; /* 0: the default of the transport */
};

/* "192.0.2.1", "192.0.2.1@53"; "recursive" gives endpoint_recursive. */
bool endpoint_parse(struct endpoint *out, const char *text) __attribute__((warn_unused_result));
/* text: "@53", or "" for port 0. */
bool endpoint_parse_port(uint16_t *out, const char *text) __attribute__((warn_unused_result));
/* Recursion in the process, where no resolver is asked. Its address is that of a limited broadcast
 * (RFC 919 7), which no resolver has. */
struct endpoint endpoint_recursive(void);
bool endpoint_is_recursive(const struct endpoint *endpoint);
/* "192.0.2.1@53" or "recursive"; returns the length. */
size_t endpoint_print(char out[ENDPOINT_TEXT_MAX], const struct endpoint *endpoint);
/* For people: what is asked, an address or "recursion in the process". */
size_t endpoint_print_asked(char out[ENDPOINT_TEXT_MAX], const struct endpoint *endpoint);
bool endpoint_is_loopback(const struct endpoint *endpoint);
/* The same for the system calls; returns the size. default_port is for port 0. */
unsigned endpoint_to_sockaddr(struct sockaddr_storage *out, const struct endpoint *endpoint,
                              uint16_t default_port);
/* False: neither IPv4 nor IPv6. */
bool endpoint_from_sockaddr(struct endpoint *out, const struct sockaddr_storage *address)
    __attribute__((warn_unused_result));
/* Has this host a route to the address? Sends nothing. */
bool endpoint_has_route(const struct endpoint *endpoint);
/* Reads the nameserver lines of a resolv.conf; *count is at most ENDPOINTS_MAX. *scoped: lines with
 * an interface (fe80::53%eth0), which are skipped. False with *failure set if no line is left. */
bool endpoint_system(const char *path, struct endpoint out[ENDPOINTS_MAX], unsigned *count,
                     unsigned *scoped, struct failure *failure) __attribute__((warn_unused_result));

#endif
