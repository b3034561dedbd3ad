/*
 * One output file that is whole or absent: written to a temporary file in the target folder, and
 * put in its place by outfile_commit (flush, fsync, rename, fsync of the folder). Until then an
 * earlier file of that name is untouched.
 *
 * Several files that belong together are switched, one right after the other when all are durable,
 * and settled when all are in place; a file that is discarded in between puts the earlier one back.
 *
 * The first write error sticks: later writes do nothing, and outfile_sync reports it. So writers
 * need not check each call. Ownership: outfile_open / outfile_commit, outfile_settle or
 * outfile_discard; all free. The folder outlives the file. Threads: one at a time.
 */
#ifndef IO_OUTPUT_OUTFILE_H
#define IO_OUTPUT_OUTFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/system/folder.h"

struct outfile;

/* NULL with *failure set; also where something that is no plain file has the name: neither a link
 * nor a pipe of somebody else is written to or replaced. The mode is 0640 less the umask. */
struct outfile *outfile_open(const struct folder *folder, const char *name,
                             struct failure *failure);
/* The same for a gzip file (RFC 1952): what is written to it is compressed on its way. */
struct outfile *outfile_open_gzip(const struct folder *folder, const char *name,
                                  struct failure *failure);
/* Stands for there being no file of this name: nothing is written to it, and at the switch an
 * earlier plain file goes aside. What is no plain file is not ours, and stays. */
struct outfile *outfile_absent(const struct folder *folder, const char *name,
                               struct failure *failure);
/* A file without a name in the same folder, for parts that go behind something not yet known;
 * removed in any case. */
struct outfile *outfile_spool(const struct folder *folder, struct failure *failure);
void outfile_write(struct outfile *out, const void *bytes, size_t len);
void outfile_text(struct outfile *out, const char *text);
void outfile_char(struct outfile *out, char c);
void outfile_number(struct outfile *out, uint64_t number);
/* The same digits for others: they lie in `room`, without a NUL. */
enum { OUTFILE_DIGITS_MAX = 20 };
const char *outfile_digits(char room[OUTFILE_DIGITS_MAX], uint64_t number, size_t *count);
void outfile_printf(struct outfile *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Appends the whole of a spool. */
void outfile_append(struct outfile *out, struct outfile *spool);
/* Makes the bytes durable under the temporary name: after this only the rename can fail. */
bool outfile_sync(struct outfile *out, struct failure *failure) __attribute__((warn_unused_result));
/* After outfile_sync: puts the file in its place. An earlier one is kept aside. */
bool outfile_switch(struct outfile *out, struct failure *failure)
    __attribute__((warn_unused_result));
/* After outfile_switch: removes the earlier file, and frees. */
void outfile_settle(struct outfile *out);
/* All of it for a file that stands alone. Frees out. */
bool outfile_commit(struct outfile *out, struct failure *failure)
    __attribute__((warn_unused_result));
/* Takes back what was done and frees: the earlier file is where it was. NULL is allowed. */
void outfile_discard(struct outfile *out);

#endif
