/*
 * One output folder that is whole or absent. It is filled under a temporary name in its parent;
 * outfolder_switch gives it its final name, and outfolder_settle removes the earlier folder, in
 * step with the files that belong to it (io/output/outfile.h).
 *
 * It has up to three levels: files, folders of files, and folders in those. Settling removes only
 * those files of the earlier folder that `is_ours` accepts. If other files remain, for example
 * somebody's notes, the folder is kept as NAME-kept.1. Symbolic links are never followed.
 *
 * Ownership: outfolder_open / outfolder_settle or outfolder_discard; both free. The parent outlives
 * it. Threads: one at a time.
 */
#ifndef IO_OUTPUT_OUTFOLDER_H
#define IO_OUTPUT_OUTFOLDER_H

#include "io/system/folder.h"

struct outfolder;

/* Makes nothing yet, and removes what killed processes left of such folders. NULL with *failure
 * set, for example if the name belongs to something other than a folder. */
struct outfolder *outfolder_open(const struct folder *parent, const char *name,
                                 bool (*is_ours)(const char *file), struct failure *failure);
/* The folder to fill; the first call makes it. NULL with *failure set. */
const struct folder *outfolder_folder(struct outfolder *out, struct failure *failure);
/* Makes a folder inside, which is valid until the next call. NULL with *failure set. */
const struct folder *outfolder_add(struct outfolder *out, const char *name,
                                   struct failure *failure);
/* Makes a folder in the one that outfolder_add made last; it is valid until the next call of
 * either. NULL with *failure set. */
const struct folder *outfolder_add_inner(struct outfolder *out, const char *name,
                                         struct failure *failure);
/* Makes the folder and all its files durable under its temporary name. After this only the rename
 * can fail. */
bool outfolder_sync(struct outfolder *out, struct failure *failure)
    __attribute__((warn_unused_result));
/* Gives the folder its name; an earlier one keeps a temporary name, even if no new one was made. */
bool outfolder_switch(struct outfolder *out, struct failure *failure)
    __attribute__((warn_unused_result));
/* After outfolder_switch: removes the earlier folder and frees. */
void outfolder_settle(struct outfolder *out);
/* Undoes everything, restores the earlier folder, and frees. NULL is allowed. */
void outfolder_discard(struct outfolder *out);

#endif
