/*
 * One output file that is whole or absent. It is written under a temporary name in the target
 * folder; outfile_commit gives it its final name (flush, fsync, rename, fsync of the folder). Until
 * then an earlier file of that name is unchanged.
 *
 * Several files that belong together take three steps: outfile_sync each, then outfile_switch each,
 * then outfile_settle each. Discarding a switched file restores the earlier one.
 *
 * Ownership: outfile_open / outfile_commit, outfile_settle or outfile_discard; all three free. The
 * folder outlives the file. Threads: one at a time. Errors: the first write error is kept, later
 * writes do nothing, and outfile_sync reports it, so writers do not check each call.
 */
#ifndef IO_OUTPUT_OUTFILE_H
#define IO_OUTPUT_OUTFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/system/folder.h"

struct outfile;

/* NULL with *failure set. That includes a name that belongs to something other than a regular file:
 * a link or pipe, perhaps of another user, is neither written to nor replaced. Mode: 0640 less the
 * umask. */
struct outfile *outfile_open(const struct folder *folder, const char *name,
                             struct failure *failure);
/* The same for a gzip file (RFC 1952): writes are compressed. */
struct outfile *outfile_open_gzip(const struct folder *folder, const char *name,
                                  struct failure *failure);
/* A file of a new folder (io/output/outfolder.h), which is whole or absent itself: the file gets
 * its name at once, and the folder makes it durable. End it with outfile_close. NULL with *failure
 * set, also if the name exists. */
struct outfile *outfile_open_new(const struct folder *folder, const char *name,
                                 struct failure *failure);
/* Lets every user read the file, whatever the umask: another user collects it. */
void outfile_let_all_read(struct outfile *out);
/* For a file that should not exist: takes no writes, and its switch moves an earlier regular file
 * away. Anything else of that name is not ours and stays. */
struct outfile *outfile_absent(const struct folder *folder, const char *name,
                               struct failure *failure);
/* A file without a name in the folder, for output that must follow something not yet known. Closing
 * removes it; end it with outfile_discard. */
struct outfile *outfile_nameless(const struct folder *folder, struct failure *failure);
void outfile_write(struct outfile *out, const void *bytes, size_t len);
void outfile_text(struct outfile *out, const char *text);
void outfile_char(struct outfile *out, char c);
void outfile_number(struct outfile *out, uint64_t number);
/* The digits of a number, without NUL, somewhere in `room`. */
enum { OUTFILE_DIGITS_MAX = 20 };
const char *outfile_digits(char room[OUTFILE_DIGITS_MAX], uint64_t number, size_t *count);
void outfile_printf(struct outfile *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Appends the whole of a nameless file. */
void outfile_append(struct outfile *out, struct outfile *nameless);
/* Ends a file of a new folder. Frees out. */
bool outfile_close(struct outfile *out, struct failure *failure)
    __attribute__((warn_unused_result));
/* Octets written so far; of a gzip file before compression. */
uint64_t outfile_size(const struct outfile *out);
/* Makes the bytes durable under the temporary name. After this only the rename can fail. */
bool outfile_sync(struct outfile *out, struct failure *failure) __attribute__((warn_unused_result));
/* After outfile_sync: gives the file its name. An earlier file keeps a temporary name. */
bool outfile_switch(struct outfile *out, struct failure *failure)
    __attribute__((warn_unused_result));
/* After outfile_switch: removes the earlier file, and frees. */
void outfile_settle(struct outfile *out);
/* All steps, for a single file. Frees out. */
bool outfile_commit(struct outfile *out, struct failure *failure)
    __attribute__((warn_unused_result));
/* Undoes everything, restores the earlier file, and frees. NULL is allowed. */
void outfile_discard(struct outfile *out);

#endif
