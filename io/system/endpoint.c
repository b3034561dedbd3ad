#include "io/system/endpoint.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { RESOLV_LINE_MAX = 1024 };

static const char RECURSIVE[] = "recursive";

/* For a system without a resolver. */
#define ADVICE "name a resolver with --resolver, or ask without one with --resolver recursive"

static bool parse_port(uint16_t *out, const char *text)
{
    unsigned port = 0;
    size_t len = strlen(text);

    if (len == 0 || len > 5)
        return false;
    for (const char *digit = text; *digit; digit++) {
        if (*digit < '0' || *digit > '9')
            return false;
        port = port * 10 + (unsigned)(*digit - '0');
    }
    *out = (uint16_t)port;
    return port >= 1 && port <= UINT16_MAX;
}

/* IPv6 addresses may be in brackets, as in URLs (RFC 3986 3.2.2). */
static bool parse_address(struct ipaddr *out, const char *text, size_t len)
{
    bool bracketed = len > 2 && text[0] == '[' && text[len - 1] == ']';

    if (!bracketed)
        return ipaddr_parse(out, text, len);
    return ipaddr_parse(out, text + 1, len - 2) && out->family == IP_V6;
}

bool endpoint_parse_port(uint16_t *out, const char *text)
{
    *out = 0;
    return *text == '\0' || (*text == '@' && parse_port(out, text + 1));
}

struct endpoint endpoint_recursive(void)
{
    return (struct endpoint){.address = ipaddr_from_number(IP_V4, UINT32_MAX)};
}

bool endpoint_is_recursive(const struct endpoint *endpoint)
{
    struct endpoint recursive = endpoint_recursive();

    return endpoint->port == 0 && ipaddr_equal(&endpoint->address, &recursive.address);
}

bool endpoint_parse(struct endpoint *out, const char *text)
{
    size_t len = strcspn(text, "@");

    if (strcmp(text, RECURSIVE) == 0) {
        *out = endpoint_recursive();
        return true;
    }
    *out = (struct endpoint){0};
    return endpoint_parse_port(&out->port, text + len) && parse_address(&out->address, text, len);
}

size_t endpoint_print(char out[ENDPOINT_TEXT_MAX], const struct endpoint *endpoint)
{
    char address[IPADDR_TEXT_MAX];

    if (endpoint_is_recursive(endpoint))
        return (size_t)snprintf(out, ENDPOINT_TEXT_MAX, "%s", RECURSIVE);
    size_t len = ipaddr_print(address, &endpoint->address);
    memcpy(out, address, len + 1);
    if (endpoint->port != 0)
        len +=
            (size_t)snprintf(out + len, ENDPOINT_TEXT_MAX - len, "@%u", (unsigned)endpoint->port);
    return len;
}

size_t endpoint_print_asked(char out[ENDPOINT_TEXT_MAX], const struct endpoint *endpoint)
{
    if (!endpoint_is_recursive(endpoint))
        return endpoint_print(out, endpoint);
    return (size_t)snprintf(out, ENDPOINT_TEXT_MAX, "%s", "recursion in the process");
}

bool endpoint_is_loopback(const struct endpoint *endpoint)
{
    static const uint8_t loopback6[16] = {[15] = 1};
    struct ipaddr address = endpoint->address;

    ipaddr_unmap(&address);
    if (address.family == IP_V4)
        return address.bytes[0] == 127;
    return memcmp(address.bytes, loopback6, sizeof(loopback6)) == 0;
}

/* Connecting a datagram socket finds a route and sends nothing. */
unsigned endpoint_to_sockaddr(struct sockaddr_storage *out, const struct endpoint *endpoint,
                              uint16_t default_port)
{
    uint16_t port = htons(endpoint->port ? endpoint->port : default_port);
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = port};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = port};

    memset(out, 0, sizeof(*out));
    if (endpoint->address.family == IP_V4) {
        memcpy(&v4.sin_addr, endpoint->address.bytes, sizeof(v4.sin_addr));
        memcpy(out, &v4, sizeof(v4));
        return sizeof(v4);
    }
    memcpy(&v6.sin6_addr, endpoint->address.bytes, sizeof(v6.sin6_addr));
    memcpy(out, &v6, sizeof(v6));
    return sizeof(v6);
}

bool endpoint_from_sockaddr(struct endpoint *out, const struct sockaddr_storage *address)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;

    *out = (struct endpoint){0};
    if (address->ss_family == AF_INET) {
        memcpy(&v4, address, sizeof(v4));
        out->address.family = IP_V4;
        memcpy(out->address.bytes, &v4.sin_addr, sizeof(v4.sin_addr));
        out->port = ntohs(v4.sin_port);
        return true;
    }
    memcpy(&v6, address, sizeof(v6));
    out->address.family = IP_V6;
    memcpy(out->address.bytes, &v6.sin6_addr, sizeof(v6.sin6_addr));
    out->port = ntohs(v6.sin6_port);
    return address->ss_family == AF_INET6;
}

bool endpoint_has_route(const struct endpoint *endpoint)
{
    struct sockaddr_storage to;
    socklen_t size = endpoint_to_sockaddr(&to, endpoint, DNS_PORT);
    int probe = socket(to.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (probe < 0)
        return errno != EAFNOSUPPORT; /* no free descriptor: assume a route */
    int code = connect(probe, (const struct sockaddr *)&to, size);
    close(probe);
    return code == 0;
}

/* resolv.conf(5): a line begins with the keyword, then blanks and the address; the rest has no
 * meaning. */
static bool parse_nameserver(struct endpoint *out, const char *line)
{
    static const char keyword[] = "nameserver";

    if (strncmp(line, keyword, sizeof(keyword) - 1) != 0)
        return false;
    const char *rest = line + sizeof(keyword) - 1;
    size_t blanks = strspn(rest, " \t");
    if (blanks == 0)
        return false;
    rest += blanks;
    out->port = 0;
    /* A zone id ("%eth0") is refused: struct endpoint has no interface. */
    return ipaddr_parse(&out->address, rest, strcspn(rest, " \t\r\n;#"));
}

/* A nameserver line whose address has a zone id. */
static bool names_interface(const char *line)
{
    return strncmp(line, "nameserver", 10) == 0 && memchr(line, '%', strcspn(line, "#;\n"));
}

bool endpoint_system(const char *path, struct endpoint out[ENDPOINTS_MAX], unsigned *count,
                     unsigned *scoped, struct failure *failure)
{
    char line[RESOLV_LINE_MAX];
    bool line_begins = true;

    *count = *scoped = 0;
    FILE *file = fopen(path, "re");
    if (!file)
        return failure_set(failure, EXIT_TROUBLE, "cannot open \"%s\": %s; " ADVICE, path,
                           strerror(errno));
    while (*count < ENDPOINTS_MAX && fgets(line, sizeof(line), file)) {
        if (line_begins && parse_nameserver(&out[*count], line))
            ++*count;
        else
            *scoped += line_begins && names_interface(line);
        line_begins = strchr(line, '\n') != NULL;
    }
    bool unread = ferror(file) != 0;
    fclose(file);
    if (unread)
        return failure_set(failure, EXIT_TROUBLE, "cannot read \"%s\"; " ADVICE, path);
    if (*count == 0 && *scoped > 0)
        return failure_set(failure, EXIT_TROUBLE,
                           "\"%s\" names only nameservers with an interface (such as "
                           "fe80::53%%eth0), which are not supported; " ADVICE,
                           path);
    if (*count == 0)
        return failure_set(failure, EXIT_TROUBLE, "\"%s\" names no nameserver; " ADVICE, path);
    return true;
}
