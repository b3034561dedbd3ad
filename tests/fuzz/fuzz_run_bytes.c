/* Input: the bytes of a run file. */
#include "tests/fuzz/fuzz_run.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    run_prepare();
    run_write(data, size);
    run_examine();
    return 0;
}
