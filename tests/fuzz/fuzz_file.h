/* Bytes as a file, for what reads files by their path; the file is nowhere but in memory. */
#ifndef TESTS_FUZZ_FILE_H
#define TESTS_FUZZ_FILE_H

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "io/system/failure.h"
#include "tests/fuzz/fuzz.h"

enum { FUZZ_PATH_MAX = 32 };

struct fuzz_file {
    int descriptor;
    char path[FUZZ_PATH_MAX];
};

static inline void fuzz_file_make(struct fuzz_file *file, const void *data, size_t size)
{
    file->descriptor = memfd_create("fuzz", MFD_CLOEXEC);
    REQUIRE(file->descriptor >= 0);
    REQUIRE(size == 0 || write(file->descriptor, data, size) == (ssize_t)size);
    (void)snprintf(file->path, sizeof file->path, "/proc/self/fd/%d", file->descriptor);
}

static inline void fuzz_file_drop(struct fuzz_file *file)
{
    close(file->descriptor);
}

/* One line of words, and the trouble is of the user's making. */
static inline void check_failure(const struct failure *failure)
{
    size_t length = strnlen(failure->text, sizeof failure->text);

    REQUIRE(failure->status == EXIT_TROUBLE);
    REQUIRE(length > 0 && length < sizeof failure->text);
}

#endif
