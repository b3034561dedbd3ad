#include "reports/name_sketch.h"

#include <criterion/criterion.h>

Test(name_sketch, is_never_too_low_and_rarely_too_high)
{
    enum { THINGS = 100000 };
    struct name_sketch *sketch = name_sketch_new();
    unsigned more = 0;

    cr_assert_not_null(sketch);
    for (uint64_t i = 1; i <= THINGS; i++) {
        for (uint64_t j = 0; j < 1 + i % 3; j++)
            name_sketch_add(sketch, i * UINT64_C(0x9e3779b97f4a7c15));
    }
    for (uint64_t i = 1; i <= THINGS; i++) {
        uint32_t count = name_sketch_count(sketch, i * UINT64_C(0x9e3779b97f4a7c15));

        cr_assert_geq(count, 1 + i % 3);
        more += count > 1 + i % 3;
    }
    cr_expect_lt(more, THINGS / 50, "%u", more);
    cr_expect_eq(name_sketch_add(sketch, 1) + 1, name_sketch_add(sketch, 1));
    name_sketch_free(sketch);
    name_sketch_free(NULL);
}
