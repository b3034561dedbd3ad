#include "io/output/base64.h"

#include <criterion/criterion.h>
#include <string.h>

/* RFC 4648 10. */
Test(base64, pads_the_last_group)
{
    static const char *const pairs[][2] = {{"", ""},
                                           {"f", "Zg=="},
                                           {"fo", "Zm8="},
                                           {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="},
                                           {"fooba", "Zm9vYmE="},
                                           {"foobar", "Zm9vYmFy"}};

    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        size_t count = strlen(pairs[i][0]);
        char out[16] = {0};

        cr_assert_eq(base64_encode(out, (const uint8_t *)pairs[i][0], count), BASE64_SIZE(count));
        cr_assert_str_eq(out, pairs[i][1]);
    }
}

Test(base64, has_all_digits)
{
    static const uint8_t octets[] = {0x00, 0x10, 0x83, 0xFB, 0xFF, 0xBF};
    char out[9] = {0};

    base64_encode(out, octets, sizeof(octets));
    cr_assert_str_eq(out, "ABCD+/+/");
}
