/*
 * The n-th call of one kind fails, and so do no others: preloaded before the C library and the
 * allocator (LD_PRELOAD), whose calls it passes on. mimalloc, which the release build links, is
 * passed on to in the same way; its own copies of strdup and the like are not seen.
 *
 *     FAIL_KIND    memory, open, write, fsync, rename, socket or thread
 *     FAIL_NTH     from 1; 0: none fails
 *     FAIL_COUNT   file that gets the number of calls, when the process ends
 *
 * Those of its children count as its own.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

enum kind { MEMORY, OPEN, WRITE, FSYNC, RENAME, SOCKET, THREAD, KINDS };

static const char *const WORDS[KINDS] = {"memory", "open",   "write", "fsync",
                                         "rename", "socket", "thread"};
static _Atomic unsigned long calls_so_far;
static _Atomic unsigned long *calls =
    &calls_so_far; /* shared with the children, once settings are read */
static unsigned long nth;
static int wanted = KINDS;

static int count_fd = -1; /* opened at once: later the program may not open files any more */

__attribute__((constructor)) static void read_settings(void)
{
    const char *kind = getenv("FAIL_KIND"), *number = getenv("FAIL_NTH"),
               *path = getenv("FAIL_COUNT");
    count_fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644) : -1;
    nth = number ? strtoul(number, NULL, 10) : 0;
    void *page =
        mmap(NULL, sizeof(*calls), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        abort();
    calls = page;
    for (int i = 0; kind && i < KINDS; i++) {
        if (strcmp(kind, WORDS[i]) == 0)
            wanted = i;
    }
}

__attribute__((destructor)) static void write_count(void)
{
    char text[32];
    int length = snprintf(text, sizeof(text), "%lu\n", atomic_load(calls));
    wanted = KINDS;
    if (count_fd >= 0)
        (void)!write(count_fd, text, (size_t)length);
}

static bool fails(enum kind kind)
{
    return (int)kind == wanted && atomic_fetch_add(calls, 1) + 1 == nth;
}

/* The real one, by POSIX's own way to make a function of what dlsym gives. */
#define REAL(name)                 \
    static __typeof__(name) *real; \
    if (!real)                     \
    *(void **)&real = dlsym(RTLD_NEXT, #name)

void *malloc(size_t size)
{
    REAL(malloc);
    if (fails(MEMORY)) {
        errno = ENOMEM;
        return NULL;
    }
    return real(size);
}

void *calloc(size_t count, size_t size)
{
    REAL(calloc);
    if (fails(MEMORY)) {
        errno = ENOMEM;
        return NULL;
    }
    return real(count, size);
}

void *realloc(void *old, size_t size)
{
    REAL(realloc);
    if (fails(MEMORY)) {
        errno = ENOMEM;
        return NULL;
    }
    return real(old, size);
}

static mode_t mode_of(int flags, va_list rest)
{
    return flags & (O_CREAT | O_TMPFILE) ? (mode_t)va_arg(rest, unsigned) : 0;
}

int open(const char *path, int flags, ...)
{
    REAL(open);
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_of(flags, rest);
    va_end(rest);
    if (fails(OPEN)) {
        errno = EMFILE;
        return -1;
    }
    return real(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    REAL(open64);
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_of(flags, rest);
    va_end(rest);
    if (fails(OPEN)) {
        errno = EMFILE;
        return -1;
    }
    return real(path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...)
{
    REAL(openat);
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_of(flags, rest);
    va_end(rest);
    if (fails(OPEN)) {
        errno = EMFILE;
        return -1;
    }
    return real(folder, path, flags, mode);
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    REAL(write);
    if (fails(WRITE)) {
        errno = ENOSPC;
        return -1;
    }
    return real(fd, bytes, size);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t at)
{
    REAL(pwrite64);
    if (fails(WRITE)) {
        errno = ENOSPC;
        return -1;
    }
    return real(fd, bytes, size, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at)
{
    REAL(pwrite);
    if (fails(WRITE)) {
        errno = ENOSPC;
        return -1;
    }
    return real(fd, bytes, size, at);
}

int fsync(int fd)
{
    REAL(fsync);
    if (fails(FSYNC)) {
        errno = EIO;
        return -1;
    }
    return real(fd);
}

int fdatasync(int fd)
{
    REAL(fdatasync);
    if (fails(FSYNC)) {
        errno = EIO;
        return -1;
    }
    return real(fd);
}

int rename(const char *from, const char *to)
{
    REAL(rename);
    if (fails(RENAME)) {
        errno = EXDEV;
        return -1;
    }
    return real(from, to);
}

int renameat(int folder, const char *from, int other, const char *to)
{
    REAL(renameat);
    if (fails(RENAME)) {
        errno = EXDEV;
        return -1;
    }
    return real(folder, from, other, to);
}

int renameat2(int folder, const char *from, int other, const char *to, unsigned flags)
{
    REAL(renameat2);
    if (fails(RENAME)) {
        errno = EXDEV;
        return -1;
    }
    return real(folder, from, other, to, flags);
}

int socket(int domain, int type, int protocol)
{
    REAL(socket);
    if (fails(SOCKET)) {
        errno = EMFILE;
        return -1;
    }
    return real(domain, type, protocol);
}

int pthread_create(pthread_t *out, const pthread_attr_t *how, void *(*body)(void *), void *argument)
{
    REAL(pthread_create);
    return fails(THREAD) ? EAGAIN : real(out, how, body, argument);
}
