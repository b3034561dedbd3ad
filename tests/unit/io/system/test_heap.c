#include "io/system/heap.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static bool is_less(const void *a, const void *b)
{
    return *(const int *)a < *(const int *)b;
}

Test(heap, gives_the_least_each_time)
{
    enum { MOST = 40, ROUNDS = 500 };
    int numbers[MOST];
    void *heap[MOST];

    srand(1);
    for (unsigned round = 0; round < ROUNDS; round++) {
        unsigned count = round % MOST, taken = 0;
        int before = -1;
        for (unsigned i = 0; i < count; i++) {
            numbers[i] = rand() % MOST;
            heap[i] = &numbers[i];
        }
        heap_make(heap, count, is_less);
        while (count > 0) {
            int *first = heap[0];
            cr_assert_leq(before, *first);
            before = *first;
            if (taken++ % 3 == 0) /* it changes, or leaves */
                *first += rand() % MOST;
            else
                heap[0] = heap[--count];
            heap_sink(heap, count, is_less);
        }
    }
}
