#include "io/reserve.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

Test(reserve, gives_what_malloc_gives)
{
    struct reserve *reserve = reserve_new();
    char *block = reserve_malloc(reserve, 100);
    cr_assert_not_null(block);
    memset(block, 7, 100);
    block = reserve_realloc(reserve, block, 100000);
    cr_assert_not_null(block);
    cr_expect_eq(block[99], 7);
    reserve_give_back(reserve, block);
    block = reserve_realloc(reserve, NULL, 10);
    cr_assert_not_null(block);
    reserve_give_back(reserve, block);
    reserve_give_back(reserve, NULL);
    reserve_free(reserve);
}

/* A sanitizer would tell of a step too far. */
Test(reserve, what_may_hold_a_message_has_a_margin)
{
    struct reserve *reserve = reserve_new();
    char *block = reserve_malloc(reserve, 1024);
    memset(block + 1024, 1, UINT16_MAX);
    block = reserve_realloc(reserve, block, 8192);
    memset(block + 8192, 1, UINT16_MAX);
    reserve_give_back(reserve, block);
    reserve_free(reserve);
}

#ifndef __SANITIZE_ADDRESS__ /* has an allocator of its own, which ends the program instead */
enum { BLOCK = 64 * 1024, FIT = RESERVE_SIZE / BLOCK - 1 };

/* No allocator has so much: the reserve is asked, which has not either. */
static const size_t TOO_MUCH = SIZE_MAX / 4;

Test(reserve, too_much_fails)
{
    struct reserve *reserve = reserve_new();
    cr_expect_null(reserve_malloc(reserve, TOO_MUCH));
    char *block = reserve_malloc(reserve, 10);
    cr_expect_null(reserve_realloc(reserve, block, TOO_MUCH));
    reserve_give_back(reserve, block);
    reserve_free(reserve);
}

/* Memory is short: nothing more of this size comes from malloc. */
static void use_up_memory(void)
{
    struct rlimit none = {0, 0};
    cr_assert_eq(setrlimit(RLIMIT_AS, &none), 0);
    for (void *block = malloc(BLOCK); block; block = malloc(BLOCK))
        ;
}

Test(reserve, serves_when_memory_is_short)
{
    struct reserve *reserve = reserve_new();
    void *blocks[FIT];
    use_up_memory();
    for (unsigned round = 0; round < 2; round++) { /* what was given back serves again */
        for (unsigned i = 0; i < FIT; i++) {
            blocks[i] = reserve_malloc(reserve, BLOCK);
            cr_assert_not_null(blocks[i]);
            memset(blocks[i], (int)i + 1, BLOCK);
        }
        cr_expect_null(reserve_malloc(reserve, BLOCK));
        for (unsigned i = 0; i < FIT; i++) {
            cr_expect_eq(((char *)blocks[i])[BLOCK - 1], (char)(i + 1));
            reserve_give_back(reserve, blocks[i]);
        }
    }
}

Test(reserve, a_block_of_the_reserve_moves)
{
    struct reserve *reserve = reserve_new();
    use_up_memory();
    char *block = reserve_malloc(reserve, BLOCK);
    cr_assert_not_null(block);
    memset(block, 9, BLOCK);
    block = reserve_realloc(reserve, block, 2 * BLOCK - 1024);
    cr_assert_not_null(block);
    cr_expect_eq(block[0], 9);
    cr_expect_eq(block[BLOCK - 1], 9);
    cr_expect_null(reserve_realloc(reserve, block, 4 * BLOCK));
    reserve_give_back(reserve, block);
}
#endif
