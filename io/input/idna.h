/* International host names to A-labels (IDNA2008 with UTS #46 mapping, RFC 5891), through libidn2.
 * Threads: any number. */
#ifndef IO_INPUT_IDNA_H
#define IO_INPUT_IDNA_H

#include <stdbool.h>
#include <stddef.h>

enum { IDNA_TEXT_MAX = 256 };

/* text is UTF-8; ASCII text is copied unchanged. False with *why (static text) if it is not an
 * international name. */
bool idna_to_ascii(char out[IDNA_TEXT_MAX], size_t *out_len, const char *text, size_t len,
                   const char **why) __attribute__((warn_unused_result));

#endif
