#include "io/input/source.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

enum {
    TOO_LONG = 20 /* seconds; Criterion's own time limit leaks, which the leak check then reports */
};

struct bytes {
    unsigned char *data;
    size_t length;
};

static void append(struct bytes *bytes, const void *data, size_t length)
{
    bytes->data = realloc(bytes->data, bytes->length + length + 1);
    if (length > 0)
        memcpy(bytes->data + bytes->length, data, length);
    bytes->length += length;
    bytes->data[bytes->length] = '\0';
}

static void append_member(struct bytes *bytes, const void *data, size_t length)
{
    z_stream stream = {0};
    cr_assert_eq(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    size_t room = deflateBound(&stream, length);
    unsigned char *out = malloc(room);
    stream.next_in = (Bytef *)(uintptr_t)data;
    stream.avail_in = (uInt)length;
    stream.next_out = out;
    stream.avail_out = (uInt)room;
    cr_assert_eq(deflate(&stream, Z_FINISH), Z_STREAM_END);
    append(bytes, out, room - stream.avail_out);
    deflateEnd(&stream);
    free(out);
}

static void write_file(char path[], const struct bytes *bytes)
{
    int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, bytes->data, bytes->length), (ssize_t)bytes->length);
    close(fd);
}

/* Reads all in portions of `size`, then appends '|' and the fault (or ""). */
static struct bytes read_all(struct source *source, size_t size)
{
    struct bytes all = {0};
    char *buffer = malloc(size);
    size_t got;
    enum source_status status;
    append(&all, "", 0);
    while ((status = source_read(source, buffer, size, &got)) == SOURCE_BYTES) {
        cr_assert(got >= 1 && got <= size);
        append(&all, buffer, got);
    }
    cr_assert_eq(source_read(source, buffer, size, &got), status);
    append(&all, "|", 1);
    if (status == SOURCE_BROKEN)
        append(&all, source_fault(source), strlen(source_fault(source)));
    free(buffer);
    return all;
}

static void expect(const struct bytes *input, const char *expected)
{
    static const size_t sizes[] = {1, 2, 7, 65536};
    char path[] = "/tmp/fcrdns-source-XXXXXX";
    write_file(path, input);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct failure failure = {0};
        struct source *source = source_open(path, &failure);
        cr_assert_not_null(source, "%s", failure.text);
        struct bytes all = read_all(source, sizes[i]);
        cr_assert_str_eq((char *)all.data, expected);
        free(all.data);
        source_close(source);
    }
    unlink(path);
}

static void expect_members(const char *first, const char *second, const char *after,
                           size_t after_length, const char *expected)
{
    struct bytes input = {0};
    append_member(&input, first, strlen(first));
    if (second)
        append_member(&input, second, strlen(second));
    append(&input, after, after_length);
    expect(&input, expected);
    free(input.data);
}

Test(source, plain_bytes)
{
    expect(&(struct bytes){(unsigned char *)(char[]){"192.0.2.1\n"}, 10}, "192.0.2.1\n|");
    expect(&(struct bytes){(unsigned char *)(char[]){"\x1f"}, 1}, "\x1f|");
    expect(&(struct bytes){(unsigned char *)(char[]){""}, 0}, "|");
}

Test(source, gzip_members)
{
    expect_members("a\n", NULL, "", 0, "a\n|");
    expect_members("a\n", "b\n", "", 0, "a\nb\n|");
    expect_members("", "b\n", "", 0, "b\n|");
    expect_members("", NULL, "", 0, "|");
}

Test(source, zeros_after_a_member_are_padding)
{
    static const char zeros[300000];
    expect_members("a\n", "b\n", zeros, 1, "a\nb\n|");
    expect_members("a\n", NULL, zeros, sizeof zeros, "a\n|");
}

#define GARBAGE "the bytes after the last gzip member are not gzip data"
#define TRUNCATED "gzip data ends in the middle of a member"

Test(source, other_bytes_after_a_member_break_the_stream)
{
    expect_members("a\n", "b\n", "x", 1, "a\nb\n|" GARBAGE);
    expect_members("a\n", NULL, "\0\0text", 6, "a\n|" GARBAGE);
    expect_members("a\n", NULL, "\x1f", 1, "a\n|" GARBAGE);
    expect_members("a\n", NULL, "\x1f\x8b", 2, "a\n|" TRUNCATED);
}

Test(source, truncated_anywhere)
{
    struct bytes whole = {0};
    append_member(&whole, "abc", 3);
    for (size_t cut = 2; cut < whole.length; cut++) {
        struct bytes input = {whole.data, cut};
        char path[] = "/tmp/fcrdns-source-XXXXXX";
        write_file(path, &input);
        struct failure failure = {0};
        struct source *source = source_open(path, &failure);
        struct bytes all = read_all(source, 100);
        char *fault = strchr((char *)all.data, '|');
        cr_assert_str_eq(fault, "|" TRUNCATED, "cut at %zu", cut);
        cr_assert_eq(strncmp((char *)all.data, "abc", (size_t)(fault - (char *)all.data)), 0);
        source_close(source);
        unlink(path);
        free(all.data);
    }
    free(whole.data);
}

static void expect_damaged(size_t from_end, const char *expected)
{
    struct bytes input = {0};
    append_member(&input, "abc\n", 4);
    input.data[input.length - from_end] ^= 0x55;
    expect(&input, expected);
    free(input.data);
}

Test(source, damage_is_reported)
{
    expect_damaged(8, "abc\n|gzip checksum does not match");
    expect_damaged(4, "abc\n|gzip length does not match");
    struct bytes input = {0};
    append(&input, "\x1f\x8b\x77garbage", 10);
    expect(&input, "|gzip data is damaged");
    free(input.data);
}

Test(source, a_bomb_takes_no_memory)
{
    alarm(TOO_LONG);
    enum { ZEROS = 64 << 20 };
    struct bytes input = {0};
    char *zeros = calloc(1, ZEROS), path[] = "/tmp/fcrdns-source-XXXXXX", buffer[4096];
    append_member(&input, zeros, ZEROS);
    free(zeros);
    /* The first read wants one byte, so that zlib holds more than it could deliver. */
    write_file(path, &input);
    struct failure failure = {0};
    struct source *source = source_open(path, &failure);
    size_t got, total = 0;
    cr_assert_eq(source_read(source, buffer, 1, &got), SOURCE_BYTES);
    total += got;
    while (source_read(source, buffer, sizeof buffer, &got) == SOURCE_BYTES)
        total += got;
    cr_assert_eq(total, ZEROS);
    source_close(source);
    unlink(path);
    free(input.data);
}

Test(source, an_input_that_cannot_be_opened_is_a_failure)
{
    struct failure failure = {0};
    cr_assert_null(source_open("/nowhere/list.csv", &failure));
    cr_assert_str_eq(failure.text, "cannot open \"/nowhere/list.csv\": No such file or directory");
    cr_assert_eq(failure.status, EXIT_TROUBLE);
    failure = (struct failure){0};
    cr_assert_null(source_open("/tmp", &failure));
    cr_assert_str_eq(failure.text, "cannot read \"/tmp\": it is a directory");
    source_close(NULL);
}

/* A process, not a thread: Criterion keeps state for each thread. */
static pid_t write_slowly(const char *path, const struct bytes *input)
{
    pid_t writer = fork();
    if (writer != 0)
        return writer;
    int fd = open(path, O_WRONLY);
    for (size_t i = 0; i < input->length; i++)
        if (write(fd, input->data + i, 1) != 1)
            _exit(1);
    _exit(0);
}

Test(source, a_pipe_that_gives_single_bytes)
{
    alarm(TOO_LONG);
    char folder[] = "/tmp/fcrdns-source-XXXXXX", path[64];
    struct bytes input = {0};
    int exit_status;
    append_member(&input, "192.0.2.1\n", 10);
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/pipe", folder);
    cr_assert_eq(mkfifo(path, 0600), 0);
    pid_t writer = write_slowly(path, &input);
    struct failure failure = {0};
    struct source *source = source_open(path, &failure);
    struct bytes all = read_all(source, 100);
    cr_assert_str_eq((char *)all.data, "192.0.2.1\n|");
    cr_assert_eq(waitpid(writer, &exit_status, 0), writer);
    cr_assert_eq(exit_status, 0);
    source_close(source);
    free(all.data);
    free(input.data);
    unlink(path);
    rmdir(folder);
}

Test(source, standard_input_even_if_non_blocking)
{
    alarm(TOO_LONG);
    int ends[2];
    struct failure failure = {0};
    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    cr_assert_eq(fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK), 0);
    cr_assert_eq(write(ends[1], "abc", 3), 3);
    struct source *source = source_open("-", &failure);
    char buffer[10];
    size_t got;
    cr_assert_eq(source_read(source, buffer, sizeof buffer, &got), SOURCE_BYTES);
    cr_assert_eq(got, 3);
    pid_t writer = fork();
    if (writer == 0) { /* while this process already waits */
        usleep(100 * 1000);
        _exit(write(ends[1], "def", 3) != 3);
    }
    close(ends[1]);
    cr_assert_eq(source_read(source, buffer, sizeof buffer, &got), SOURCE_BYTES);
    cr_assert_eq(got, 3);
    cr_assert_eq(source_read(source, buffer, sizeof buffer, &got), SOURCE_END);
    cr_assert_eq(waitpid(writer, NULL, 0), writer);
    source_close(source);
    cr_assert_neq(fcntl(STDIN_FILENO, F_GETFD), -1, "standard input is not ours to close");
}
