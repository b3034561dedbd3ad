#include "io/output/outfile_set.h"

#include <errno.h>
#include <string.h>

struct outfile *outfile_set_add(struct outfile_set *set, struct outfile *file)
{
    if (file)
        set->files[set->count++] = file;
    return file;
}

bool outfile_set_sync(struct outfile_set *set, struct failure *failure)
{
    bool good = true;

    for (unsigned i = 0; i < set->count && good; i++)
        good = outfile_sync(set->files[i], failure);
    return good;
}

bool outfile_set_switch(struct outfile_set *set, struct failure *failure)
{
    bool good = true;

    for (unsigned i = 0; i < set->count && good; i++)
        good = outfile_switch(set->files[i], failure);
    if (good && !folder_sync(set->folder))
        good = failure_set(failure, EXIT_TROUBLE, "cannot write in %s: %s", set->folder->path,
                           strerror(errno));
    return good;
}

void outfile_set_settle(struct outfile_set *set)
{
    for (unsigned i = 0; i < set->count; i++)
        outfile_settle(set->files[i]);
    set->count = 0;
}

void outfile_set_discard(struct outfile_set *set)
{
    for (unsigned i = 0; i < set->count; i++)
        outfile_discard(set->files[i]);
    set->count = 0;
}
