/*
 * What recursion begins with: the addresses of the root servers (root hints) and the DNSSEC trust
 * anchor, from master files as Debian's dns-root-data has them, or from files of a root zone of
 * one's own.
 *
 * - Hints: the NS records of the root and the A and AAAA records of those names. Other records, as
 *   in a whole root zone, are passed over.
 * - Anchor: DS or DNSKEY records (RFC 4034).
 *
 * Ownership: a plain value. Threads: one loads; any number then read it. Errors: *failure
 * (EXIT_TROUBLE), with file, line and reason.
 */
#ifndef IO_RESOLVER_ROOT_DATA_H
#define IO_RESOLVER_ROOT_DATA_H

#include "audit/ipaddr.h"
#include "io/system/failure.h"

#define ROOT_HINTS_FILE "/usr/share/dns/root.hints"
#define ROOT_ANCHOR_FILE "/usr/share/dns/root.key"

enum {
    ROOT_SERVERS_MAX = 64, /* addresses; the root has 26 */
    ROOT_ANCHORS_MAX = 16,
    ROOT_ANCHOR_TEXT_MAX = 2048 /* a DNSKEY of RSA with 8,192 bits has 1,400 octets as text */
};

struct root_data {
    const char *hints_path; /* for messages */
    const char *anchor_path;
    unsigned server_count; /* at least 1 */
    struct ipaddr servers[ROOT_SERVERS_MAX];
    unsigned anchor_count; /* at least 1 */
    /* Each a record in one line: ". IN DS 20326 8 2 E06D..." */
    char anchors[ROOT_ANCHORS_MAX][ROOT_ANCHOR_TEXT_MAX];
};

/* The paths outlive *out; NULL: the files of dns-root-data. */
bool root_data_load(struct root_data *out, const char *hints_path, const char *anchor_path,
                    struct failure *failure) __attribute__((warn_unused_result));

#endif
