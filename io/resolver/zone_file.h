/*
 * Master files (RFC 1035 5) into a set of zones, one zone a file. The only door to libldns.
 *
 * The zone's name is what $ORIGIN makes of its SOA's owner; a file without $ORIGIN writes that
 * owner in full, and it is the origin of all other names. Files are hostile: whatever is wrong is
 * told with file, line and reason, and nothing is half loaded, because a zone that no server would
 * load is no plan to judge. $INCLUDE and $GENERATE are refused. gzip is recognised, "-" is standard
 * input.
 *
 * Threads: one at a time.
 */
#ifndef IO_RESOLVER_ZONE_FILE_H
#define IO_RESOLVER_ZONE_FILE_H

#include "io/resolver/zone_set.h"
#include "io/system/failure.h"

enum { ZONE_TEXT_MAX = 256 * 1024 * 1024 }; /* octets of one file, unpacked */

/* Adds the zone of a file, and its text to *digest (begin with 0), by which files can be compared.
 * path must outlive the set. False: *failure tells (EXIT_TROUBLE); the set is fit for nothing but
 * zone_set_free. */
bool zone_file_load(struct zone_set *set, const char *path, uint64_t *digest,
                    struct failure *failure) __attribute__((warn_unused_result));
/* The same for text[0..length), which `path` only names in messages. */
bool zone_text_load(struct zone_set *set, const char *path, const char *text, size_t length,
                    struct failure *failure) __attribute__((warn_unused_result));
const char *zone_file_parser_version(void);

#endif
