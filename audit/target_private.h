/* Shared by the files of audit/target: the plain forms of an item, and the others. */
#ifndef AUDIT_TARGET_PRIVATE_H
#define AUDIT_TARGET_PRIVATE_H

#include "audit/cell_text.h"
#include "audit/target.h"

/* An address, prefix or range without anything around it. */
bool target_parse_plain(struct target *out, struct cell_text item, struct target_reason *why);
/* Any other spelling. Removes from *item what is around an address. On false *why is about the rest
 * of it, or unchanged if nothing was removed. */
bool target_parse_spelling(struct target *out, struct cell_text *item, struct target_reason *why);
/* Decimal, without a leading zero, at most max. */
bool target_read_number(unsigned *out, struct cell_text digits, unsigned max);

#endif
