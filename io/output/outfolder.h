/*
 * One output folder that is whole or absent: filled under a temporary name in the target folder,
 * put in its place by outfolder_switch, and settled together with the files that belong to it
 * (io/output/outfile.h). An earlier folder of that name is untouched until the switch, and removed
 * when all is settled.
 *
 * It has two levels: files, and folders of files. Of an earlier folder only files that `is_ours`
 * knows are removed; if anything else lies in it, it is kept beside as NAME-kept.1, so that
 * nobody's notes are lost. Symbolic links are never followed. Ownership: outfolder_open /
 * outfolder_settle or outfolder_discard; both free. The parent outlives it. Threads: one at a time.
 */
#ifndef IO_OUTPUT_OUTFOLDER_H
#define IO_OUTPUT_OUTFOLDER_H

#include "io/system/folder.h"

struct outfolder;

/* NULL with *failure set: something that is no folder has the name, or memory is short. Nothing is
 * made yet.
 */
struct outfolder *outfolder_open(const struct folder *parent, const char *name,
                                 bool (*is_ours)(const char *file), struct failure *failure);
/* The folder to fill, which is made now if it is not there. NULL with *failure set. */
const struct folder *outfolder_folder(struct outfolder *out, struct failure *failure);
/* Makes a folder in it, valid until the next call. NULL with *failure set. */
const struct folder *outfolder_add(struct outfolder *out, const char *name,
                                   struct failure *failure);
/* What was made is durable under the temporary name: after this only the rename can fail. */
bool outfolder_sync(struct outfolder *out, struct failure *failure)
    __attribute__((warn_unused_result));
/* Puts the new folder in the place of the earlier one; if no new one was made, the earlier one goes
 * aside. */
bool outfolder_switch(struct outfolder *out, struct failure *failure)
    __attribute__((warn_unused_result));
/* After outfolder_switch: removes the earlier folder, and frees. */
void outfolder_settle(struct outfolder *out);
/* Takes back what was done and frees: the earlier folder is where it was. NULL is allowed. */
void outfolder_discard(struct outfolder *out);

#endif
