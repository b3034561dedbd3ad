#include "io/system/nights.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "audit/ascii.h"
#include "io/system/run_dir.h"

enum {
    LEVELS = 8,
    NAME_TRIES = 100000,
    LINK_TRIES = 64,
    AFTER_OTHERS = 60, /* seconds */
    TEXT_MAX = NIGHT_REASON_MAX + 32,
};

/* Temporary names (folder_random_name) of what is made or removed here. */
static const char REMOVED[] = "removed";
static const char *const LEFT_OVER[] = {"removed", NIGHTS_LATEST, "history.csv", "index.html"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool failed(const struct nights *nights, const char *what, const char *name,
                   struct failure *failure)
{
    return failure_set(failure, EXIT_TROUBLE, "cannot %s %s/%s: %s", what, nights->folder.path,
                       name, strerror(errno));
}

bool nights_is_name(const char *text)
{
    return ascii_has_form(text, strlen(text), "dddd-dd-ddTddddddZ");
}

bool nights_open(struct nights *nights, const char *path, struct failure *failure)
{
    bool made;

    *nights = (struct nights){.folder = {.fd = -1, .path = path}};
    if (!folder_make(path, &made, failure))
        return false;
    nights->folder.fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (nights->folder.fd < 0 && (errno == ELOOP || errno == ENOTDIR))
        return failure_set(failure, EXIT_TROUBLE,
                           "%s is not a folder, or is a link to one: %s/ follows a link", path,
                           path);
    if (nights->folder.fd < 0)
        return failure_set(failure, EXIT_TROUBLE, "cannot open %s: %s", path, strerror(errno));
    if (flock(nights->folder.fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return failure_set(failure, EXIT_TROUBLE,
                           "another night is at work in %s: this one does nothing", path);
    return true;
}

void nights_close(struct nights *nights)
{
    if (nights->folder.fd >= 0 && nights->link[0])
        unlinkat(nights->folder.fd, nights->link, 0);
    nights->link[0] = '\0';
    folder_close(&nights->folder);
}

static bool is_folder(int folder_fd, const char *name)
{
    struct stat about;

    return fstatat(folder_fd, name, &about, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(about.st_mode);
}

static bool is_night(const struct nights *nights, const char *name)
{
    return nights_is_name(name) && is_folder(nights->folder.fd, name);
}

/* ---- removing ---- */

bool nights_remove(struct nights *nights, const char *name, struct failure *failure)
{
    char aside[FOLDER_NAME_MAX];
    int fd = nights->folder.fd;

    if (!folder_random_name(REMOVED, aside) || renameat(fd, name, fd, aside) != 0)
        return failed(nights, "remove", name, failure);
    return folder_remove(fd, aside, NULL, LEVELS) || failed(nights, "remove", aside, failure);
}

void nights_sweep(struct nights *nights)
{
    for (size_t i = 0; i < COUNT(LEFT_OVER); i++)
        folder_sweep(&nights->folder, LEFT_OVER[i], NULL);
}

/* ---- names ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct night_name *)a)->text, ((const struct night_name *)b)->text);
}

static bool add_name(struct night_name **names, unsigned count, const char *name,
                     struct failure *failure)
{
    if ((count & (count - 1)) == 0) {
        struct night_name *grown =
            realloc(*names, (count ? 2 * (size_t)count : 1) * sizeof(**names));

        if (!grown)
            return failure_out_of_memory(failure);
        *names = grown;
    }
    memcpy((*names)[count].text, name, NIGHT_NAME_MAX);
    return true;
}

bool nights_list(struct nights *nights, struct night_name **names, unsigned *count,
                 struct failure *failure)
{
    DIR *entries = folder_entries(nights->folder.fd, ".");
    const struct dirent *entry;
    bool good = true;

    *names = NULL;
    *count = 0;
    if (!entries)
        return failed(nights, "read", ".", failure);
    while (good && *count < NIGHTS_MAX && (entry = readdir(entries)) != NULL) {
        if (!is_night(nights, entry->d_name))
            continue;
        good = add_name(names, *count, entry->d_name, failure);
        *count += good;
    }
    closedir(entries);
    if (*count > 0)
        qsort(*names, *count, sizeof(**names), by_name);
    return good;
}

static bool print_name(struct night_name *out, int64_t wall_seconds)
{
    time_t seconds = (time_t)wall_seconds;
    struct tm time;

    return gmtime_r(&seconds, &time) &&
           strftime(out->text, sizeof(out->text), "%Y-%m-%dT%H%M%SZ", &time) > 0 &&
           nights_is_name(out->text);
}

bool nights_new_name(const struct nights *nights, int64_t wall_seconds, struct night_name *out,
                     struct failure *failure)
{
    struct stat about;
    unsigned next = 0;

    for (unsigned i = 0; i < next + AFTER_OTHERS && next < NAME_TRIES; i++) {
        if (!print_name(out, wall_seconds + i))
            break;
        if (fstatat(nights->folder.fd, out->text, &about, AT_SYMLINK_NOFOLLOW) == 0)
            next = i + 1;
    }
    if (next < NAME_TRIES && print_name(out, wall_seconds + next))
        return true;
    return failure_set(failure, EXIT_TROUBLE, "%s has no room for the name of a night",
                       nights->folder.path);
}

bool nights_make(const struct nights *nights, const char *name, struct failure *failure)
{
    return (mkdirat(nights->folder.fd, name, FOLDER_MODE) == 0 && folder_sync(&nights->folder)) ||
           failed(nights, "make the folder", name, failure);
}

/* ---- the link ---- */

/* Root makes the link before it goes on as the owner of the folder. */
static void give_to_owner(const struct nights *nights)
{
    struct stat folder;

    if (geteuid() == 0 && fstat(nights->folder.fd, &folder) == 0)
        (void)!fchownat(nights->folder.fd, nights->link, folder.st_uid, folder.st_gid,
                        AT_SYMLINK_NOFOLLOW);
}

bool nights_prepare_link(struct nights *nights, const char *name, struct failure *failure)
{
    int fd = nights->folder.fd;
    struct stat about;

    if (fstatat(fd, NIGHTS_LATEST, &about, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISLNK(about.st_mode))
        return failure_set(failure, EXIT_TROUBLE, "%s/%s is not a link: move it away",
                           nights->folder.path, NIGHTS_LATEST);
    for (unsigned i = 0; i < LINK_TRIES; i++) {
        if (folder_random_name(NIGHTS_LATEST, nights->link) &&
            symlinkat(name, fd, nights->link) == 0) {
            give_to_owner(nights);
            return true;
        }
    }
    nights->link[0] = '\0';
    return failed(nights, "make the link", NIGHTS_LATEST, failure);
}

bool nights_switch_link(struct nights *nights, struct failure *failure)
{
    int fd = nights->folder.fd;

    if (renameat(fd, nights->link, fd, NIGHTS_LATEST) != 0 || !folder_sync(&nights->folder))
        return failed(nights, "switch the link", NIGHTS_LATEST, failure);
    nights->link[0] = '\0';
    return true;
}

/* ---- what a night holds ---- */

static int open_night(const struct nights *nights, const char *name)
{
    if (!nights_is_name(name))
        return -1;
    return openat(nights->folder.fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

bool nights_has_file(const struct nights *nights, const char *name, const char *file)
{
    struct stat about;
    int fd = open_night(nights, name);
    bool there =
        fd >= 0 && fstatat(fd, file, &about, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(about.st_mode);

    if (fd >= 0)
        close(fd);
    return there;
}

void nights_drop_run(const struct nights *nights, const char *name)
{
    int fd = nights_has_file(nights, name, "summary.json") ? -1 : open_night(nights, name);

    if (fd < 0)
        return;
    (void)run_dir_remove_run(fd, RUN_FILE_NAME);
    close(fd);
}

/* Opens a file in the folder of a night; -1: it cannot be opened. */
static int open_in_night(const struct nights *nights, const char *name, const char *file, int flags)
{
    int folder_fd = open_night(nights, name);
    int fd = folder_fd < 0
                 ? -1
                 : openat(folder_fd, file, flags | O_NOFOLLOW | O_CLOEXEC, FOLDER_FILE_MODE);
    int error = errno;

    if (folder_fd >= 0)
        close(folder_fd);
    errno = error;
    return fd;
}

static bool write_text(const struct nights *nights, const char *name, const char *file,
                       const char *text, struct failure *failure)
{
    int fd = open_in_night(nights, name, file, O_WRONLY | O_CREAT | O_EXCL);
    ssize_t length = (ssize_t)strlen(text);
    bool good = fd >= 0 && write(fd, text, (size_t)length) == length && fsync(fd) == 0;
    int error = errno;

    if (fd >= 0)
        close(fd);
    errno = error;
    return good || failed(nights, "record a note in", name, failure);
}

static bool read_text(const struct nights *nights, const char *name, const char *file,
                      char text[TEXT_MAX])
{
    int fd = open_in_night(nights, name, file, O_RDONLY | O_NONBLOCK);
    struct stat about;
    ssize_t length = -1;

    if (fd >= 0 && fstat(fd, &about) == 0 && S_ISREG(about.st_mode))
        length = read(fd, text, TEXT_MAX - 1);
    if (length > 0)
        text[length] = '\0';
    if (fd >= 0)
        close(fd);
    return length > 0;
}

bool nights_set_reason(const struct nights *nights, const char *name, unsigned status,
                       const char *reason, struct failure *failure)
{
    char text[TEXT_MAX];

    snprintf(text, sizeof(text), "%u\n%.*s\n", status, NIGHT_REASON_MAX, reason);
    return write_text(nights, name, NIGHTS_REASON, text, failure);
}

/* "75\nno resolver answers\n" */
bool nights_reason(const struct nights *nights, const char *name, unsigned *status,
                   char reason[NIGHT_REASON_MAX])
{
    char text[TEXT_MAX];
    char *end;

    if (!read_text(nights, name, NIGHTS_REASON, text))
        return false;
    *status = (unsigned)strtoul(text, &end, 10);
    if (*end != '\n' || *status > UINT8_MAX)
        return false;
    end++;
    end[strcspn(end, "\n")] = '\0';
    snprintf(reason, NIGHT_REASON_MAX, "%s", end);
    return true;
}

bool nights_set_note(const struct nights *nights, const char *name, const char *note,
                     struct failure *failure)
{
    char text[TEXT_MAX];

    snprintf(text, sizeof(text), "%.*s\n", NIGHT_REASON_MAX, note);
    return write_text(nights, name, NIGHTS_NOTE, text, failure);
}

bool nights_note(const struct nights *nights, const char *name, char note[NIGHT_REASON_MAX])
{
    char text[TEXT_MAX];

    if (!read_text(nights, name, NIGHTS_NOTE, text))
        return false;
    text[strcspn(text, "\n")] = '\0';
    snprintf(note, NIGHT_REASON_MAX, "%.*s", NIGHT_REASON_MAX - 1, text);
    return true;
}
