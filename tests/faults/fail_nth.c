/*
 * The n-th call of one kind fails, and so do no others: preloaded before the C library and the allocator
 * (LD_PRELOAD), whose calls it passes on. mimalloc, which the release build links, is passed on to in the
 * same way; its own copies of strdup and the like are not seen.
 *
 *     FAIL_KIND    memory, open, write, fsync, rename, socket or thread
 *     FAIL_NTH     from 1; 0: none fails
 *     FAIL_COUNT   file that gets the number of calls, when the process ends, and of those that were spared
 *
 * Spared is what libseccomp asks for (2.5.4, while it loads a filter): it corrupts its heap when memory is
 * short, before anything of a run was written, and there is no way to hand it memory.
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
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

enum kind { MEMORY, OPEN, WRITE, FSYNC, RENAME, SOCKET, THREAD, KINDS };

static const char *const WORDS[KINDS] = {"memory", "open", "write", "fsync", "rename", "socket", "thread"};
static _Atomic unsigned long calls, spared;
static const char SPARED[] = "libseccomp";
static unsigned long nth;
static int wanted = KINDS;

static int count_fd = -1; /* opened at once: later the program may not open files any more */

__attribute__((constructor)) static void read_settings(void)
{
    const char *kind = getenv("FAIL_KIND"), *number = getenv("FAIL_NTH"), *path = getenv("FAIL_COUNT");
    count_fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644) : -1;
    nth = number ? strtoul(number, NULL, 10) : 0;
    for (int i = 0; kind && i < KINDS; i++) {
        if (strcmp(kind, WORDS[i]) == 0)
            wanted = i;
    }
}

__attribute__((destructor)) static void write_count(void)
{
    char text[32];
    int length = snprintf(text, sizeof(text), "%lu %lu\n", atomic_load(&calls), atomic_load(&spared));
    wanted = KINDS;
    if (count_fd >= 0)
        (void)!write(count_fd, text, (size_t)length);
}

static bool is_spared(const void *caller)
{
    Dl_info info;
    return dladdr(caller, &info) != 0 && strstr(info.dli_fname, SPARED) != NULL;
}

static bool fails(enum kind kind, const void *caller)
{
    if ((int)kind != wanted || atomic_fetch_add(&calls, 1) + 1 != nth)
        return false;
    bool spare = is_spared(caller);
    atomic_fetch_add(&spared, spare);
    return !spare;
}

#define FAILS(kind) fails((kind), __builtin_return_address(0))

/* The real one, by POSIX's own way to make a function of what dlsym gives. */
#define REAL(name)                 \
    static __typeof__(name) *real; \
    if (!real)                     \
    *(void **)&real = dlsym(RTLD_NEXT, #name)

void *malloc(size_t size)
{
    REAL(malloc);
    if (FAILS(MEMORY)) {
        errno = ENOMEM;
        return NULL;
    }
    return real(size);
}

void *calloc(size_t count, size_t size)
{
    REAL(calloc);
    if (FAILS(MEMORY)) {
        errno = ENOMEM;
        return NULL;
    }
    return real(count, size);
}

void *realloc(void *old, size_t size)
{
    REAL(realloc);
    if (FAILS(MEMORY)) {
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
    if (FAILS(OPEN)) {
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
    if (FAILS(OPEN)) {
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
    if (FAILS(OPEN)) {
        errno = EMFILE;
        return -1;
    }
    return real(folder, path, flags, mode);
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    REAL(write);
    if (FAILS(WRITE)) {
        errno = ENOSPC;
        return -1;
    }
    return real(fd, bytes, size);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t at)
{
    REAL(pwrite64);
    if (FAILS(WRITE)) {
        errno = ENOSPC;
        return -1;
    }
    return real(fd, bytes, size, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at)
{
    REAL(pwrite);
    if (FAILS(WRITE)) {
        errno = ENOSPC;
        return -1;
    }
    return real(fd, bytes, size, at);
}

int fsync(int fd)
{
    REAL(fsync);
    if (FAILS(FSYNC)) {
        errno = EIO;
        return -1;
    }
    return real(fd);
}

int fdatasync(int fd)
{
    REAL(fdatasync);
    if (FAILS(FSYNC)) {
        errno = EIO;
        return -1;
    }
    return real(fd);
}

int rename(const char *from, const char *to)
{
    REAL(rename);
    if (FAILS(RENAME)) {
        errno = EXDEV;
        return -1;
    }
    return real(from, to);
}

int renameat(int folder, const char *from, int other, const char *to)
{
    REAL(renameat);
    if (FAILS(RENAME)) {
        errno = EXDEV;
        return -1;
    }
    return real(folder, from, other, to);
}

int renameat2(int folder, const char *from, int other, const char *to, unsigned flags)
{
    REAL(renameat2);
    if (FAILS(RENAME)) {
        errno = EXDEV;
        return -1;
    }
    return real(folder, from, other, to, flags);
}

int socket(int domain, int type, int protocol)
{
    REAL(socket);
    if (FAILS(SOCKET)) {
        errno = EMFILE;
        return -1;
    }
    return real(domain, type, protocol);
}

int pthread_create(pthread_t *out, const pthread_attr_t *how, void *(*body)(void *), void *argument)
{
    REAL(pthread_create);
    return FAILS(THREAD) ? EAGAIN : real(out, how, body, argument);
}
