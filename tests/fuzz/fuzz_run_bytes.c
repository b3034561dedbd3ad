/* Input: the bytes of a run file. They are read unchanged, and again after the sums were made. */
#include "tests/fuzz/fuzz_run.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    run_prepare();
    run_write(data, size);
    run_examine();
    run_write(data, size);
    if (run_save(run_edit()))
        run_examine();
    return 0;
}
