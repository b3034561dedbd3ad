/*
 * One output file that is whole or absent: written to a temporary file in the target folder, and moved to its
 * name by outfile_commit (flush, fsync, rename, fsync of the folder). Until then an earlier file of that name
 * is untouched.
 *
 * The first write error sticks: later writes do nothing, and outfile_commit reports it. So writers need not
 * check each call. Ownership: outfile_open / outfile_commit or outfile_discard; both free. Threads: one at a
 * time.
 */
#ifndef IO_OUTFILE_H
#define IO_OUTFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/failure.h"

struct outfile;

/* NULL with *failure set. directory must exist. The temporary file is made with O_EXCL and O_NOFOLLOW, mode
 * 0640 less the umask. */
struct outfile *outfile_open(const char *directory, const char *name, struct failure *failure);
/* A file without a name in the same folder, for parts that go behind something not yet known; removed in any
 * case. */
struct outfile *outfile_spool(const char *directory, struct failure *failure);
void outfile_write(struct outfile *out, const void *bytes, size_t len);
void outfile_text(struct outfile *out, const char *text);
void outfile_char(struct outfile *out, char c);
void outfile_number(struct outfile *out, uint64_t number);
void outfile_printf(struct outfile *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Appends the whole of a spool. */
void outfile_append(struct outfile *out, struct outfile *spool);
/* Makes the bytes durable under the temporary name: after this only the rename can fail. */
bool outfile_sync(struct outfile *out, struct failure *failure) __attribute__((warn_unused_result));
/* outfile_sync if not yet done, then rename. Frees out. */
bool outfile_commit(struct outfile *out, struct failure *failure) __attribute__((warn_unused_result));
/* Removes the temporary file and frees. NULL is allowed. */
void outfile_discard(struct outfile *out);

#endif
