#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "io/output/spool.h"

static struct spool *open_spool(unsigned count)
{
    struct failure failure = {0};
    static struct folder tmp;

    cr_assert(folder_open(&tmp, "/tmp", &failure), "%s", failure.text);
    struct spool *spool = spool_open(&tmp, count, &failure);

    cr_assert_not_null(spool, "%s", failure.text);
    return spool;
}

/* Text number i of stream s. The lengths vary, so texts cross the ends of blocks in many ways. */
static size_t make_text(char out[64], unsigned s, unsigned i)
{
    return (size_t)snprintf(out, 64, "%u:%u%.*s;", s, i, (int)(i % 37),
                            "....................................");
}

Test(spool, each_stream_returns_its_own_bytes_in_order)
{
    enum { STREAMS = 5, TEXTS = 2000 };
    struct spool *spool = open_spool(STREAMS + 1);
    struct failure failure = {0};
    char wanted[64], text[64];

    for (unsigned i = 0; i < TEXTS; i++)
        for (unsigned s = 0; s < STREAMS; s++)
            spool_write(spool, s, text, make_text(text, s, i));
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned s = 0; s < STREAMS; s++) {
            spool_rewind(spool, s);
            for (unsigned i = 0; i < TEXTS; i++) {
                size_t length = make_text(wanted, s, i);

                cr_assert_eq(spool_read(spool, text, length), length);
                cr_assert_arr_eq(text, wanted, length);
            }
            cr_assert_eq(spool_read(spool, text, 1), 0);
        }
    }
    spool_rewind(spool, STREAMS);
    cr_assert_eq(spool_read(spool, text, 1), 0, "nothing was written to this stream");
    cr_assert(spool_good(spool, &failure));
    spool_free(spool);
    spool_free(NULL);
}

Test(spool, whole_blocks_and_a_read_past_the_end)
{
    static char bytes[3 * SPOOL_BLOCK], back[3 * SPOOL_BLOCK];

    for (size_t length = SPOOL_BLOCK - 10; length <= SPOOL_BLOCK; length++) {
        struct spool *spool = open_spool(1);

        memset(bytes, 'x', sizeof(bytes));
        bytes[length * 2 - 1] = 'y';
        spool_write(spool, 0, bytes, length);
        spool_write(spool, 0, bytes + length, length);
        spool_rewind(spool, 0);
        cr_assert_eq(spool_read(spool, back, sizeof(back)), 2 * length);
        cr_assert_arr_eq(back, bytes, 2 * length);
        spool_free(spool);
    }
}

Test(spool, an_error_is_kept)
{
    static char bytes[2 * SPOOL_BLOCK];
    struct rlimit none = {0, RLIM_INFINITY};
    struct spool *spool = open_spool(1);
    struct failure failure = {0};

    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
    spool_write(spool, 0, bytes, sizeof(bytes));
    spool_rewind(spool, 0);
    cr_assert_eq(spool_read(spool, bytes, 1), 0);
    cr_assert_not(spool_good(spool, &failure));
    cr_assert_eq(failure.status, EXIT_TROUBLE);
    cr_assert_not_null(strstr(failure.text, "File too large"), "%s", failure.text);
    spool_free(spool);
}

Test(spool, a_missing_folder)
{
    struct failure failure = {0};

    struct folder nowhere = {.fd = -1, .path = "/nowhere/at/all"};
    cr_assert_null(spool_open(&nowhere, 1, &failure));
    cr_assert_eq(failure.status, EXIT_TROUBLE);
}
