#include "io/resolver/getdns_memory.h"

#include <criterion/criterion.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { QUESTION = 5976 }; /* what getdns 1.6.0 takes for one */

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

static void read_beyond(const char *block, size_t size)
{
    for (size_t i = 0; i < UINT16_MAX; i++)
        (void)((const volatile char *)block)[size + i];
}

/* A sanitizer would tell of a step too far. */
Test(reserve, what_may_hold_a_message_has_a_margin)
{
    enum { MANY = 200 };
    char *blocks[MANY];
    struct reserve *reserve = reserve_new();
    for (unsigned i = 0; i < MANY; i++) {
        blocks[i] = reserve_malloc(reserve, QUESTION);
        memset(blocks[i], 1, QUESTION);
    }
    for (unsigned i = 0; i < MANY; i++) {
        read_beyond(blocks[i], QUESTION);
        reserve_give_back(reserve, blocks[i]);
    }
    static const size_t sizes[] = {1024, 1025, 5999, 6000, 6001, 8192, 65536};
    char *block = NULL;
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        block = reserve_realloc(reserve, block, sizes[i]);
        read_beyond(block, sizes[i]);
        if (sizes[i] > 6000) /* a margin of its own */
            memset(block + sizes[i], 1, UINT16_MAX);
    }
    reserve_give_back(reserve, block);
    reserve_free(reserve);
}

/* Blocks of any size, made larger and smaller at random: each keeps what was written, and nobody
 * else's. */
Test(reserve, blocks_keep_what_was_written)
{
    enum { BLOCKS = 300, STEPS = 20000, MOST = 9000 };
    static char *blocks[BLOCKS];
    static size_t sizes[BLOCKS];
    struct reserve *reserve = reserve_new();
    srand(1);
    for (unsigned step = 0; step < STEPS; step++) {
        unsigned i = (unsigned)rand() % BLOCKS;
        size_t size = 1 + (size_t)rand() % (rand() % 2 ? 100 : MOST);
        size_t kept = size < sizes[i] ? size : sizes[i];
        for (size_t at = 0; at < sizes[i]; at += 7)
            cr_assert_eq(blocks[i][at], (char)i);
        if (rand() % 3 == 0) {
            reserve_give_back(reserve, blocks[i]);
            blocks[i] = NULL;
            sizes[i] = 0;
            continue;
        }
        blocks[i] = reserve_realloc(reserve, blocks[i], size);
        cr_assert_not_null(blocks[i]);
        cr_assert_eq((uintptr_t)blocks[i] % _Alignof(max_align_t), 0);
        for (size_t at = 0; at < kept; at++)
            cr_assert_eq(blocks[i][at], (char)i);
        memset(blocks[i], (int)i, size);
        sizes[i] = size;
    }
    for (unsigned i = 0; i < BLOCKS; i++)
        reserve_give_back(reserve, blocks[i]);
    reserve_free(reserve);
}

Test(reserve, a_question_takes_the_place_of_the_last_one)
{
    struct reserve *reserve = reserve_new();
    char *first = reserve_malloc(reserve, QUESTION), *second = reserve_malloc(reserve, QUESTION);
    cr_expect_neq(first, second);
    reserve_give_back(reserve, first);
    cr_expect_eq(reserve_malloc(reserve, QUESTION), first, "its octets are in the caches still");
    reserve_give_back(reserve, first);
    reserve_give_back(reserve, second);
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
