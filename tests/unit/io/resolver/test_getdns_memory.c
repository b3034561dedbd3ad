#include "io/resolver/getdns_memory.h"

#include <criterion/criterion.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum { QUESTION = 5976 }; /* octets that getdns 1.6.0 allocates for one */

Test(getdns_memory, gives_what_malloc_gives)
{
    struct getdns_memory *memory = getdns_memory_new();
    char *block = getdns_memory_malloc(memory, 100);
    cr_assert_not_null(block);
    memset(block, 7, 100);
    block = getdns_memory_realloc(memory, block, 100000);
    cr_assert_not_null(block);
    cr_expect_eq(block[99], 7);
    getdns_memory_give_back(memory, block);
    block = getdns_memory_realloc(memory, NULL, 10);
    cr_assert_not_null(block);
    getdns_memory_give_back(memory, block);
    getdns_memory_give_back(memory, NULL);
    getdns_memory_free(memory);
}

static void read_beyond(const char *block, size_t size)
{
    for (size_t i = 0; i < UINT16_MAX; i++)
        (void)((const volatile char *)block)[size + i];
}

/* A sanitizer reports a step too far. */
Test(getdns_memory, a_block_that_may_hold_a_message_has_a_margin)
{
    enum { MANY = 200 };
    char *blocks[MANY];
    struct getdns_memory *memory = getdns_memory_new();
    for (unsigned i = 0; i < MANY; i++) {
        blocks[i] = getdns_memory_malloc(memory, QUESTION);
        memset(blocks[i], 1, QUESTION);
    }
    for (unsigned i = 0; i < MANY; i++) {
        read_beyond(blocks[i], QUESTION);
        getdns_memory_give_back(memory, blocks[i]);
    }
    static const size_t sizes[] = {1024, 1025, 5999, 6000, 6001, 8192, 65536};
    char *block = NULL;
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        block = getdns_memory_realloc(memory, block, sizes[i]);
        read_beyond(block, sizes[i]);
        if (sizes[i] > 6000) /* a margin of its own */
            memset(block + sizes[i], 1, UINT16_MAX);
    }
    getdns_memory_give_back(memory, block);
    getdns_memory_free(memory);
}

/* Blocks of any size grow and shrink at random. Each keeps its own contents. */
Test(getdns_memory, blocks_keep_what_was_written)
{
    enum { BLOCKS = 300, STEPS = 20000, MOST = 9000 };
    static char *blocks[BLOCKS];
    static size_t sizes[BLOCKS];
    struct getdns_memory *memory = getdns_memory_new();
    srand(1);
    for (unsigned step = 0; step < STEPS; step++) {
        unsigned i = (unsigned)rand() % BLOCKS;
        size_t size = 1 + (size_t)rand() % (rand() % 2 ? 100 : MOST);
        size_t kept = size < sizes[i] ? size : sizes[i];
        for (size_t at = 0; at < sizes[i]; at += 7)
            cr_assert_eq(blocks[i][at], (char)i);
        if (rand() % 3 == 0) {
            getdns_memory_give_back(memory, blocks[i]);
            blocks[i] = NULL;
            sizes[i] = 0;
            continue;
        }
        blocks[i] = getdns_memory_realloc(memory, blocks[i], size);
        cr_assert_not_null(blocks[i]);
        cr_assert_eq((uintptr_t)blocks[i] % _Alignof(max_align_t), 0);
        for (size_t at = 0; at < kept; at++)
            cr_assert_eq(blocks[i][at], (char)i);
        memset(blocks[i], (int)i, size);
        sizes[i] = size;
    }
    for (unsigned i = 0; i < BLOCKS; i++)
        getdns_memory_give_back(memory, blocks[i]);
    getdns_memory_free(memory);
}

Test(getdns_memory, a_question_reuses_the_memory_of_the_last_one)
{
    struct getdns_memory *memory = getdns_memory_new();
    char *first = getdns_memory_malloc(memory, QUESTION),
         *second = getdns_memory_malloc(memory, QUESTION);
    cr_expect_neq(first, second);
    getdns_memory_give_back(memory, first);
    cr_expect_eq(getdns_memory_malloc(memory, QUESTION), first, "it is still in the caches");
    getdns_memory_give_back(memory, first);
    getdns_memory_give_back(memory, second);
    getdns_memory_free(memory);
}

#ifndef __SANITIZE_ADDRESS__ /* its allocator ends the program instead */
enum { BLOCK = 64 * 1024, FIT = GETDNS_MEMORY_RESERVE / BLOCK - 1 };

/* More than any allocator and the reserve have. */
static const size_t TOO_MUCH = SIZE_MAX / 4;

Test(getdns_memory, too_much_fails)
{
    struct getdns_memory *memory = getdns_memory_new();
    cr_expect_null(getdns_memory_malloc(memory, TOO_MUCH));
    char *block = getdns_memory_malloc(memory, 10);
    cr_expect_null(getdns_memory_realloc(memory, block, TOO_MUCH));
    getdns_memory_give_back(memory, block);
    getdns_memory_free(memory);
}

/* Afterwards malloc has no block of this size. */
static void use_up_memory(void)
{
    struct rlimit none = {0, 0};
    cr_assert_eq(setrlimit(RLIMIT_AS, &none), 0);
    for (void *block = malloc(BLOCK); block; block = malloc(BLOCK))
        ;
}

Test(getdns_memory, serves_when_memory_is_short)
{
    struct getdns_memory *memory = getdns_memory_new();
    void *blocks[FIT];
    use_up_memory();
    for (unsigned round = 0; round < 2; round++) { /* blocks given back are used again */
        for (unsigned i = 0; i < FIT; i++) {
            blocks[i] = getdns_memory_malloc(memory, BLOCK);
            cr_assert_not_null(blocks[i]);
            memset(blocks[i], (int)i + 1, BLOCK);
        }
        cr_expect_null(getdns_memory_malloc(memory, BLOCK));
        for (unsigned i = 0; i < FIT; i++) {
            cr_expect_eq(((char *)blocks[i])[BLOCK - 1], (char)(i + 1));
            getdns_memory_give_back(memory, blocks[i]);
        }
    }
}

Test(getdns_memory, a_block_of_the_reserve_moves)
{
    struct getdns_memory *memory = getdns_memory_new();
    use_up_memory();
    char *block = getdns_memory_malloc(memory, BLOCK);
    cr_assert_not_null(block);
    memset(block, 9, BLOCK);
    block = getdns_memory_realloc(memory, block, 2 * BLOCK - 1024);
    cr_assert_not_null(block);
    cr_expect_eq(block[0], 9);
    cr_expect_eq(block[BLOCK - 1], 9);
    cr_expect_null(getdns_memory_realloc(memory, block, 4 * BLOCK));
    getdns_memory_give_back(memory, block);
}
#endif
