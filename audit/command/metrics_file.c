#include "audit/command/metrics_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/system/clock.h"

enum { EARLIER_MAX = 64 * 1024 };

static const char SUFFIX[] = ".prom";

bool metrics_file_open(struct metrics_file *file, const char *path, struct failure *failure)
{
    if (!path)
        return true;
    const char *slash = strrchr(path, '/');
    int length = slash ? (int)(slash - path) : 0;

    file->name = slash ? slash + 1 : path;
    if (!*file->name || length >= METRICS_PATH_MAX)
        return failure_set(failure, EXIT_TROUBLE, "--prometheus needs the name of a file");
    snprintf(file->path, sizeof(file->path), "%.*s", length, path);
    if (length == 0)
        snprintf(file->path, sizeof(file->path), "%s", slash ? "/" : ".");
    return folder_open(&file->folder, file->path, failure);
}

const struct folder *metrics_file_folder(const struct metrics_file *file)
{
    return file->folder.fd >= 0 ? &file->folder : NULL;
}

/* What the file of an earlier run says; 0: nothing. */
static int64_t earlier_complete_at(const struct metrics_file *file)
{
    char text[EARLIER_MAX + 1];
    struct stat about;
    ssize_t length = -1;
    int fd = openat(file->folder.fd, file->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

    if (fd >= 0 && fstat(fd, &about) == 0 && S_ISREG(about.st_mode))
        length = read(fd, text, EARLIER_MAX);
    if (fd >= 0)
        close(fd);
    text[length > 0 ? length : 0] = '\0';
    return metrics_complete_at(text);
}

static void set_fleet(char out[FOLDER_NAME_MAX], const char *name)
{
    size_t length = strlen(name), suffix = sizeof(SUFFIX) - 1;

    if (length > suffix && strcmp(name + length - suffix, SUFFIX) == 0)
        length -= suffix;
    snprintf(out, FOLDER_NAME_MAX, "%.*s", (int)length, name);
}

bool metrics_file_write(const struct metrics_file *file, struct metrics *metrics,
                        struct failure *failure)
{
    char fleet[FOLDER_NAME_MAX];

    if (file->folder.fd < 0)
        return true;
    struct outfile *out = outfile_open(&file->folder, file->name, failure);
    if (!out)
        return false;
    set_fleet(fleet, file->name);
    metrics->fleet = fleet;
    metrics->ended_at = clock_wall_seconds();
    metrics->complete_at = metrics->complete ? metrics->ended_at : earlier_complete_at(file);
    outfile_let_all_read(out);
    metrics_write(metrics, out);
    return outfile_commit(out, failure);
}

void metrics_file_close(struct metrics_file *file)
{
    folder_close(&file->folder);
}
