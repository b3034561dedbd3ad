/*
 * Zone files from disk or standard input into a set of zones, one zone a file; gzip is recognised.
 * What a zone file may hold is the matter of zone_text.
 *
 * Threads: one at a time.
 */
#ifndef IO_RESOLVER_ZONE_FILE_H
#define IO_RESOLVER_ZONE_FILE_H

#include "io/resolver/zone_set.h"
#include "io/system/failure.h"

enum { ZONE_TEXT_MAX = 256 * 1024 * 1024 }; /* octets of one file, unpacked */

/* The text of a file; *text is the caller's to free, also after a failure. */
bool zone_file_read(const char *path, char **text, size_t *length, struct failure *failure)
    __attribute__((warn_unused_result));

/* Adds the zone of a file ("-" is standard input), and the file's text to *digest (begin with 0),
 * by which files can be compared. name: the zone, NULL where the file names it itself. path must
 * outlive the set. False: *failure is set (EXIT_TROUBLE), and the set is fit for nothing but
 * zone_set_free. */
bool zone_file_load(struct zone_set *set, const struct dnsname *name, const char *path,
                    uint64_t *digest, struct failure *failure) __attribute__((warn_unused_result));

#endif
