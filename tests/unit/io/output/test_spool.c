#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "io/output/spool.h"

static struct strands *open_strands(unsigned count)
{
    struct failure failure = {0};
    static struct folder tmp;
    cr_assert(folder_open(&tmp, "/tmp", &failure), "%s", failure.text);
    struct strands *strands = strands_open(&tmp, count, &failure);

    cr_assert_not_null(strands, "%s", failure.text);
    return strands;
}

/* Text number i of strand s: its length differs, so that texts cross the ends of blocks in many
 * ways. */
static size_t make_text(char out[64], unsigned s, unsigned i)
{
    return (size_t)snprintf(out, 64, "%u:%u%.*s;", s, i, (int)(i % 37),
                            "....................................");
}

Test(strands, each_gets_back_its_own_in_order)
{
    enum { STRANDS = 5, TEXTS = 2000 };
    struct strands *strands = open_strands(STRANDS + 1);
    struct failure failure = {0};
    char wanted[64], text[64];

    for (unsigned i = 0; i < TEXTS; i++)
        for (unsigned s = 0; s < STRANDS; s++)
            strands_write(strands, s, text, make_text(text, s, i));
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned s = 0; s < STRANDS; s++) {
            strands_rewind(strands, s);
            for (unsigned i = 0; i < TEXTS; i++) {
                size_t length = make_text(wanted, s, i);
                cr_assert_eq(strands_read(strands, text, length), length);
                cr_assert_arr_eq(text, wanted, length);
            }
            cr_assert_eq(strands_read(strands, text, 1), 0);
        }
    }
    strands_rewind(strands, STRANDS);
    cr_assert_eq(strands_read(strands, text, 1), 0, "nothing was written to this one");
    cr_assert(strands_good(strands, &failure));
    strands_free(strands);
    strands_free(NULL);
}

Test(strands, whole_blocks_and_a_read_beyond_the_end)
{
    static char bytes[3 * STRAND_BLOCK], back[3 * STRAND_BLOCK];

    for (size_t length = STRAND_BLOCK - 10; length <= STRAND_BLOCK; length++) {
        struct strands *strands = open_strands(1);

        memset(bytes, 'x', sizeof bytes);
        bytes[length * 2 - 1] = 'y';
        strands_write(strands, 0, bytes, length);
        strands_write(strands, 0, bytes + length, length);
        strands_rewind(strands, 0);
        cr_assert_eq(strands_read(strands, back, sizeof back), 2 * length);
        cr_assert_arr_eq(back, bytes, 2 * length);
        strands_free(strands);
    }
}

Test(strands, an_error_sticks)
{
    static char bytes[2 * STRAND_BLOCK];
    struct rlimit none = {0, RLIM_INFINITY};
    struct strands *strands = open_strands(1);
    struct failure failure = {0};

    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
    strands_write(strands, 0, bytes, sizeof bytes);
    strands_rewind(strands, 0);
    cr_assert_eq(strands_read(strands, bytes, 1), 0);
    cr_assert_not(strands_good(strands, &failure));
    cr_assert_eq(failure.status, EXIT_TROUBLE);
    cr_assert_not_null(strstr(failure.text, "File too large"), "%s", failure.text);
    strands_free(strands);
}

Test(strands, a_folder_that_is_not_there)
{
    struct failure failure = {0};

    struct folder nowhere = {.fd = -1, .path = "/nowhere/at/all"};
    cr_assert_null(strands_open(&nowhere, 1, &failure));
    cr_assert_eq(failure.status, EXIT_TROUBLE);
}
