#include "io/resolver/recursion_context.h"

#include <stdio.h>
#include <string.h>

#include "audit/answer.h"
#include "audit/special.h"
#include "io/system/endpoint.h"

enum {
    UDP_LEAST = 16, /* sockets: one question may need several */
    CLASS_INTERNET = 1,
    PREFIX_TEXT_MAX = IPADDR_TEXT_MAX + 4,
};

/* The library is made for a few questions: by default it has 16 queries in flight. */
static const struct {
    const char *name;
    const char *value;
} SETTINGS[] = {
    {"module-config:", "validator iterator"},
    {"edns-buffer-size:", "1232"},         /* RESOLVER_UDP_PAYLOAD */
    {"target-fetch-policy:", "0 0 0 0 0"}, /* addresses of name servers only when needed */
    {"minimal-responses:", "yes"},
    {"msg-cache-size:", "4m"},
    {"rrset-cache-size:", "16m"},
    {"key-cache-size:", "4m"},
    {"neg-cache-size:", "1m"},
    {"infra-cache-numhosts:", "10000"},
};

enum { SETTINGS_COUNT = sizeof(SETTINGS) / sizeof(SETTINGS[0]) };

static int set_number(struct ub_ctx *context, const char *name, unsigned number)
{
    char text[16];

    snprintf(text, sizeof(text), "%u", number);
    return ub_ctx_set_option(context, name, text);
}

/* Families of addresses without a route to any root server are not used. */
static void find_ways(const struct root_data *roots, bool *v4, bool *v6)
{
    *v4 = *v6 = false;
    for (unsigned i = 0; i < roots->server_count; i++) {
        struct endpoint server = {.address = roots->servers[i]};
        bool *way = server.address.family == IP_V4 ? v4 : v6;
        *way = *way || endpoint_has_route(&server);
    }
}

bool recursion_context_has_way(const struct root_data *roots)
{
    bool v4, v6;

    find_ways(roots, &v4, &v6);
    return v4 || v6;
}

static int set_families(struct ub_ctx *context, const struct root_data *roots)
{
    bool v4, v6;

    find_ways(roots, &v4, &v6);
    int error = v6 && !v4 ? ub_ctx_set_option(context, "do-ip4:", "no") : 0;
    return error || v6 ? error : ub_ctx_set_option(context, "do-ip6:", "no");
}

/* ---- special-purpose addresses ---- */

static int avoid(struct ub_ctx *context, const struct ipaddr *first, unsigned length)
{
    char text[PREFIX_TEXT_MAX];
    size_t used = ipaddr_print(text, first);

    snprintf(text + used, sizeof(text) - used, "/%u", length);
    return ub_ctx_set_option(context, "do-not-query-address:", text);
}

/* The block, and the IPv6 addresses that lead to it: by NAT64 (RFC 6052 2.1) and 6to4 (RFC 3056
 * 2). */
static int avoid_block(struct ub_ctx *context, const struct special_block *block)
{
    struct ipaddr first, translated = {.family = IP_V6, .bytes = {0, 0x64, 0xff, 0x9b}};
    struct ipaddr tunnelled = {.family = IP_V6, .bytes = {0x20, 0x02}};
    unsigned length;

    if (sscanf(strchr(block->prefix, '/'), "/%u", &length) != 1 ||
        !ipaddr_parse(&first, block->prefix, strcspn(block->prefix, "/")))
        return UB_SYNTAX;
    int error = avoid(context, &first, length);
    if (error || first.family == IP_V6)
        return error;
    memcpy(translated.bytes + 12, first.bytes, 4);
    memcpy(tunnelled.bytes + 2, first.bytes, 4);
    error = avoid(context, &translated, 96 + length);
    return error ? error : avoid(context, &tunnelled, 16 + length);
}

static int avoid_special(struct ub_ctx *context, const struct root_data *roots)
{
    const struct special_block *block;
    int error = 0;

    for (unsigned i = 0; i < roots->server_count; i++) {
        if (special_block_reached(&roots->servers[i]))
            return 0;
    }
    for (unsigned i = 0; !error && (block = special_block_at(i)); i++)
        error = block->exception ? 0 : avoid_block(context, block);
    return error;
}

/* ---- the context ---- */

static int set_options(struct ub_ctx *context, const struct root_data *roots, unsigned window)
{
    int error = ub_ctx_debugout(context, NULL); /* nothing on standard error */

    for (unsigned i = 0; !error && i < SETTINGS_COUNT; i++)
        error = ub_ctx_set_option(context, SETTINGS[i].name, SETTINGS[i].value);
    if (!error)
        error = set_families(context, roots);
    if (!error)
        error = avoid_special(context, roots);
    if (!error)
        error = set_number(context, "outgoing-range:", window < UDP_LEAST ? UDP_LEAST : window);
    if (!error)
        error = set_number(context, "num-queries-per-thread:", window);
    return error ? error : set_number(context, "outgoing-num-tcp:", RECURSION_TCP_MAX);
}

static int set_roots(struct ub_ctx *context, const struct root_data *roots)
{
    char address[IPADDR_TEXT_MAX];
    int error = 0;

    for (unsigned i = 0; !error && i < roots->server_count; i++) {
        ipaddr_print(address, &roots->servers[i]);
        error = ub_ctx_set_stub(context, ".", address, 1); /* asked for the root servers first */
    }
    for (unsigned i = 0; !error && i < roots->anchor_count; i++)
        error = ub_ctx_add_ta(context, roots->anchors[i]);
    return error;
}

static void ignore_result(void *user, int rcode, void *packet, int length, int secure,
                          char *why_bogus, int was_ratelimited)
{
    (void)user, (void)rcode, (void)packet, (void)length, (void)secure;
    (void)why_bogus, (void)was_ratelimited;
}

/* libunbound completes a context with its first question, not safely in several threads. This one
 * it answers itself (RFC 6761 6.3). */
static int complete(struct ub_ctx *context)
{
    return ub_resolve_event(context, "localhost.", RR_A, CLASS_INTERNET, NULL, ignore_result, NULL);
}

struct ub_ctx *recursion_context_new(struct ub_event_base *base, const struct root_data *roots,
                                     unsigned window, struct failure *failure)
{
    struct ub_ctx *context = ub_ctx_create_ub_event(base);
    int error = context ? set_options(context, roots, window) : UB_NOMEM;

    if (!error)
        error = set_roots(context, roots);
    if (!error)
        error = complete(context);
    if (!error)
        return context;
    failure_set(failure, EXIT_TROUBLE, "libunbound cannot be set up: %s", ub_strerror(error));
    ub_ctx_delete(context);
    return NULL;
}
