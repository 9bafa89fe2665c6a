/* Runs a fuzzer's function over the files it is given: the corpus as a test. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { LARGEST = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int main(int count, char **names)
{
    int passed = 0;
    int failed = 0;
    uint8_t *bytes = malloc(LARGEST);
    for (int i = 1; i < count && bytes != NULL; i++) {
        FILE *file = fopen(names[i], "rb");
        if (file == NULL) {
            failed++;
            continue;
        }
        size_t length = fread(bytes, 1, LARGEST, file);
        (void)fclose(file);
        /* A copy of the exact size, so that reading beyond it is seen. */
        uint8_t *exact = malloc(length ? length : 1);
        for (size_t j = 0; exact != NULL && j < length; j++) {
            exact[j] = bytes[j];
        }
        (void)LLVMFuzzerTestOneInput(exact, length); /* aborts if it fails */
        free(exact);
        passed++;
    }
    free(bytes);
    printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 && passed > 0 ? 0 : 1;
}
