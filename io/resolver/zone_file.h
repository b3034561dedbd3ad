/*
 * Reads master files (RFC 1035 5) into a set of zones, one zone per file. The only user of libldns.
 *
 * The zone's name is the owner of its SOA record. Without $ORIGIN the owner must be absolute, and
 * is the origin of all other names. Files are hostile data: an error is reported with file, line
 * and reason, and nothing is loaded in part, because a zone that no server would load is no plan to
 * judge. $INCLUDE and $GENERATE are refused. gzip is recognised; "-" is standard input.
 *
 * Threads: one at a time.
 */
#ifndef IO_RESOLVER_ZONE_FILE_H
#define IO_RESOLVER_ZONE_FILE_H

#include "io/resolver/zone_set.h"
#include "io/system/failure.h"

enum { ZONE_TEXT_MAX = 256 * 1024 * 1024 }; /* octets of one file, unpacked */

/* Adds the zone of a file to the set, and its text to *digest (0 at first), which identifies the
 * files read. path must outlive the set. False with *failure set (EXIT_TROUBLE): the set may only
 * be freed. */
bool zone_file_load(struct zone_set *set, const char *path, uint64_t *digest,
                    struct failure *failure) __attribute__((warn_unused_result));
/* The same for text[0..length); `path` is its name in messages. */
bool zone_text_load(struct zone_set *set, const char *path, const char *text, size_t length,
                    struct failure *failure) __attribute__((warn_unused_result));
const char *zone_file_parser_version(void);

#endif
