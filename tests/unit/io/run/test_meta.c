#include "io/run/meta.h"

#include "tests/unit/io/run/support.h"

TestSuite(run_meta, .init = make_folder, .fini = remove_folder);

Test(run_meta, keeps_values_by_key)
{
    char value[16];
    struct run_file *run = open_run(RUN_CREATE);
    cr_expect_not(run_file_get(run, "resolvers", value, sizeof(value)));
    cr_expect_eq(run_file_get_number(run, "threads", 7), 7);
    cr_assert(run_file_set(run, "resolvers", "192.0.2.1@53"));
    cr_assert(run_file_set(run, "resolvers", "192.0.2.53@53, 192.0.2.54@53"));
    cr_assert(run_file_set_number(run, "most", UINT64_MAX));
    cr_assert(run_file_set(run, "words", "12 apples"));
    close_run(run);
    run = open_run(RUN_READ);
    cr_expect(run_file_get(run, "resolvers", value, sizeof(value)));
    cr_expect_str_eq(value, "192.0.2.53@53, ", "cut at the size");
    cr_expect_eq(run_file_get_number(run, "most", 0), UINT64_MAX);
    cr_expect_eq(run_file_get_number(run, "words", 5), 5);
    close_run(run);
}
