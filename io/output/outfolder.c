#include "io/output/outfolder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    LEVELS = 3,
    NAMES_TRIED = 1000,
    FOLDER_FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
};

struct outfolder {
    const struct folder *parent;
    const char *name;
    bool (*is_ours)(const char *file);
    struct folder self;         /* the new folder; fd -1: not made */
    struct folder inner[2];     /* the last ones added in it and in that; fd -1: none */
    char *path;                 /* for messages: parent and name */
    char *inner_path[2];        /* the same, of inner */
    char temp[FOLDER_NAME_MAX]; /* temporary name: of the new folder, then of the earlier one */
    bool made;                  /* a new folder exists */
    bool switched;
    bool earlier; /* after the switch: the earlier folder has the temporary name */
};

static bool write_failure(const struct outfolder *out, int error, struct failure *failure)
{
    return failure_set(failure, EXIT_TROUBLE, "cannot write %s: %s", out->path, strerror(error));
}

static char *joined(const char *folder, const char *name)
{
    char *text;

    return asprintf(&text, "%s/%s", folder, name) < 0 ? NULL : text;
}

/* Checked early: at the switch other reports have been replaced. */
static bool place_is_free(const struct outfolder *out, struct failure *failure)
{
    struct stat status;

    if (fstatat(out->parent->fd, out->name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        !S_ISDIR(status.st_mode))
        return write_failure(out, ENOTDIR, failure);
    return true;
}

struct outfolder *outfolder_open(const struct folder *parent, const char *name,
                                 bool (*is_ours)(const char *file), struct failure *failure)
{
    struct outfolder *out = calloc(1, sizeof(*out));

    if (out) {
        *out = (struct outfolder){.parent = parent,
                                  .name = name,
                                  .is_ours = is_ours,
                                  .self.fd = -1,
                                  .inner = {{.fd = -1}, {.fd = -1}}};
        out->self.path = out->path = joined(parent->path, name);
    }
    if (out && out->path && place_is_free(out, failure)) {
        folder_sweep(parent, name, is_ours);
        return out;
    }
    if (!out || !out->path)
        failure_out_of_memory(failure);
    outfolder_discard(out);
    return NULL;
}

const struct folder *outfolder_folder(struct outfolder *out, struct failure *failure)
{
    if (out->self.fd < 0) {
        out->self.fd = folder_new_folder(out->parent, out->name, out->temp);
        out->made = out->self.fd >= 0;
    }
    if (out->made)
        return &out->self;
    write_failure(out, errno, failure);
    return NULL;
}

static bool open_inner(struct outfolder *out, unsigned level, const char *name)
{
    const struct folder *parent = level == 0 ? &out->self : &out->inner[level - 1];
    struct folder *inner = &out->inner[level];

    folder_close(inner);
    free(out->inner_path[level]);
    inner->path = out->inner_path[level] = joined(parent->path, name);
    if (!inner->path) {
        errno = ENOMEM;
        return false;
    }
    if (mkdirat(parent->fd, name, FOLDER_MODE) == 0)
        inner->fd = openat(parent->fd, name, FOLDER_FLAGS);
    return inner->fd >= 0;
}

const struct folder *outfolder_add(struct outfolder *out, const char *name, struct failure *failure)
{
    if (!outfolder_folder(out, failure))
        return NULL;
    if (open_inner(out, 0, name))
        return &out->inner[0];
    write_failure(out, errno, failure);
    return NULL;
}

const struct folder *outfolder_add_inner(struct outfolder *out, const char *name,
                                         struct failure *failure)
{
    if (open_inner(out, 1, name))
        return &out->inner[1];
    write_failure(out, errno, failure);
    return NULL;
}

/* One call for all files: to sync each of thousands takes minutes. */
bool outfolder_sync(struct outfolder *out, struct failure *failure)
{
    return !out->made || (syncfs(out->self.fd) == 0 && folder_sync(&out->self)) ||
           write_failure(out, errno, failure);
}

/* The earlier folder has the temporary name. */
static void remove_earlier(const struct outfolder *out)
{
    int fd = out->parent->fd;
    char kept[FOLDER_NAME_MAX];
    bool done = false;

    if (folder_remove(fd, out->temp, out->is_ours, LEVELS))
        return;
    for (unsigned i = 1; i <= NAMES_TRIED && !done; i++) {
        snprintf(kept, sizeof(kept), "%s-kept.%u", out->name, i);
        done = mkdirat(fd, kept, FOLDER_MODE) == 0;
    }
    if (done) /* rename replaces the empty folder */
        (void)!renameat(fd, out->temp, fd, kept);
}

static bool put_aside(struct outfolder *out)
{
    int fd = out->parent->fd;

    if (!folder_random_name(out->name, out->temp))
        return false;
    out->earlier = renameat(fd, out->name, fd, out->temp) == 0;
    return out->earlier || errno == ENOENT;
}

bool outfolder_switch(struct outfolder *out, struct failure *failure)
{
    if (!place_is_free(out, failure))
        return false;
    out->switched =
        out->made ? folder_swap(out->parent, out->temp, out->name, &out->earlier) : put_aside(out);
    return out->switched || write_failure(out, errno, failure);
}

static void outfolder_free(struct outfolder *out)
{
    for (unsigned i = 0; i < sizeof(out->inner) / sizeof(out->inner[0]); i++) {
        folder_close(&out->inner[i]);
        free(out->inner_path[i]);
    }
    folder_close(&out->self);
    free(out->path);
    free(out);
}

void outfolder_settle(struct outfolder *out)
{
    if (out->earlier)
        remove_earlier(out);
    outfolder_free(out);
}

/* Gives the new folder its temporary name again. */
static void switch_back(struct outfolder *out)
{
    int fd = out->parent->fd;
    bool other;

    if (!out->made && out->earlier)
        (void)!renameat(fd, out->temp, fd, out->name);
    else if (out->earlier)
        out->made = folder_swap(out->parent, out->temp, out->name, &other);
    else if (out->made)
        out->made = renameat(fd, out->name, fd, out->temp) == 0;
}

void outfolder_discard(struct outfolder *out)
{
    if (!out)
        return;
    if (out->switched)
        switch_back(out);
    if (out->made)
        (void)folder_remove(out->parent->fd, out->temp, NULL, LEVELS);
    outfolder_free(out);
}
