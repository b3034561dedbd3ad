/*
 * Parts of a mail message (RFC 5322, RFC 2045) made of files. Lines end with CR LF.
 *
 * Threads: one at a time. Errors: of the outfile; a file that cannot be read sets *failure.
 */
#ifndef IO_OUTPUT_MAIL_OUT_H
#define IO_OUTPUT_MAIL_OUT_H

#include "io/output/outfile.h"

/* The text, quoted-printable (RFC 2045 6.7): any UTF-8 passes every mail system. */
void mail_quoted(struct outfile *out, const char *text, size_t length);
/* A whole file of the folder, in that form. */
bool mail_quoted_file(struct outfile *out, const struct folder *folder, const char *name,
                      struct failure *failure) __attribute__((warn_unused_result));
/* A whole file of the folder in base64 (RFC 2045 6.8). */
bool mail_base64_file(struct outfile *out, const struct folder *folder, const char *name,
                      struct failure *failure) __attribute__((warn_unused_result));
/* May the text follow "To: "? One address of letters, digits and usual signs, an @, and a host
 * name of several labels. */
bool mail_is_address(const char *text) __attribute__((warn_unused_result));

#endif
