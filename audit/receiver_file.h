/*
 * Receivers that the user defines in a small text file, which is fed line by line: sections in
 * brackets, each with settings `name = value`. docs/receivers.md describes it.
 *
 * Ownership: plain value, about 10 KiB, begin with zeros; rows are stored in it. Threads: no state.
 * Errors: false with line and reason in *why; the file is then unusable.
 */
#ifndef AUDIT_RECEIVER_FILE_H
#define AUDIT_RECEIVER_FILE_H

#include "audit/receivers.h"

enum { RECEIVER_LINE_MAX = 1000 }; /* octets */

struct receiver_file {
    unsigned count; /* of rows; the last one is open */
    struct receiver rows[RECEIVERS_OWN_MAX];
    unsigned line;    /* lines read */
    unsigned section; /* line of the open section */
    uint32_t set;     /* settings the open section has had */
};

/* Reads the next line, with or without its line end. */
bool receiver_parse_line(struct receiver_file *file, const char *line, size_t len,
                         struct receiver_fault *why) __attribute__((warn_unused_result));
/* Call after the last line: false if the last section, or the whole file, is incomplete. */
bool receiver_parse_end(struct receiver_file *file, struct receiver_fault *why)
    __attribute__((warn_unused_result));

#endif
