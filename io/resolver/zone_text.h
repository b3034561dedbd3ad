/*
 * The text of a master file (RFC 1035 5) into a set of zones, as servers load it: what
 * named-compilezone refuses is refused here, and what it loads is loaded, with the same owners,
 * targets and TTLs (tests/zone_files). Text is hostile: a fault is reported with file, line and
 * reason, and nothing is half loaded.
 *
 * Records out of the zone are counted and ignored. $INCLUDE and $GENERATE are refused. Microsoft's
 * [AGE:n] is skipped. Host names are not checked: that is the audit's finding.
 *
 * Threads: one at a time.
 */
#ifndef IO_RESOLVER_ZONE_TEXT_H
#define IO_RESOLVER_ZONE_TEXT_H

#include "io/resolver/zone_set.h"
#include "io/system/failure.h"

/* Adds the zone of text[0..length). name: the zone; NULL: the owner of the SOA record, which
 * $ORIGIN or a final dot makes absolute. path is shown in messages and must outlive the set. False:
 * *failure is set (EXIT_TROUBLE), and the set is fit for nothing but zone_set_free. */
bool zone_text_load(struct zone_set *set, const struct dnsname *name, const char *path,
                    const char *text, size_t length, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
