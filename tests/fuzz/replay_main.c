/* Runs a fuzz harness over files instead of mutations: what once was found stays found, with any
 * compiler. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MAX = 4 * 1024 * 1024 };

int main(int argc, char **argv)
{
    uint8_t *data = malloc(INPUT_MAX);
    for (int i = 1; data && i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        if (!file) {
            perror(argv[i]);
            return 1;
        }
        size_t size = fread(data, 1, INPUT_MAX, file);
        fclose(file);
        /* A copy of exactly this size, so that the sanitizer sees a read beyond its end. */
        uint8_t *exact = malloc(size ? size : 1);
        for (size_t at = 0; exact && at < size; at++)
            exact[at] = data[at];
        LLVMFuzzerTestOneInput(exact, size);
        free(exact);
    }
    free(data);
    return 0;
}
