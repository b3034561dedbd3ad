/*
 * One output folder that is whole or absent: filled under a temporary name in the target folder, and moved to
 * its name by outfolder_commit. An earlier folder of that name is untouched until then, and removed after.
 *
 * It has two levels: files, and folders of files. Of an earlier folder only files that `is_ours` knows are
 * removed; if anything else lies in it, it is kept beside as NAME-kept.1, so that nobody's notes are
 * lost. Symbolic links are never followed. Ownership: outfolder_open / outfolder_commit or outfolder_discard;
 * both free. Threads: one at a time.
 */
#ifndef IO_OUTFOLDER_H
#define IO_OUTFOLDER_H

#include "io/failure.h"

struct outfolder;

/* NULL with *failure set: something that is no folder has the name, or memory is short. directory must
 * exist; nothing is made yet. */
struct outfolder *outfolder_open(const char *directory, const char *name, bool (*is_ours)(const char *file),
                                 struct failure *failure);
/* Path of the temporary folder, which is made now if it is not there. NULL with *failure set. */
const char *outfolder_path(struct outfolder *folder, struct failure *failure);
/* Makes a folder in it and tells its path, which is valid until the next call. NULL with *failure set. */
const char *outfolder_add(struct outfolder *folder, const char *name, struct failure *failure);
/* What was made is durable under the temporary name: after this only the rename can fail. */
bool outfolder_sync(struct outfolder *folder, struct failure *failure) __attribute__((warn_unused_result));
/* Puts the new folder in the place of the earlier one, or removes the earlier one if no new one was made.
 * Frees. */
bool outfolder_commit(struct outfolder *folder, struct failure *failure) __attribute__((warn_unused_result));
/* Removes the temporary folder and frees. NULL is allowed. */
void outfolder_discard(struct outfolder *folder);

#endif
