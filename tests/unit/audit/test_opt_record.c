/* OPT records as a stranger may write them: options that do not fit, several of them, unknown ones.
 */
#include "audit/opt_record.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "audit/extended_error.h"

enum { OPT_HEAD = 11, RDLENGTH_AT = 9 };

static uint16_t rcode;

/* The extended error of an OPT record with these options, in a block of memory of its own, so that
 * a sanitizer sees a step too far. */
static uint16_t read_options(const char *options, size_t length, uint16_t so_far)
{
    uint8_t *bytes = malloc(OPT_HEAD + length);
    struct packet packet = {.bytes = bytes, .len = OPT_HEAD + length};
    struct record record;
    size_t at = 0;

    cr_assert_not_null(bytes);
    memcpy(bytes, (const uint8_t[OPT_HEAD]){0, 0, 41, 4, 208, 1}, OPT_HEAD); /* RCODE + 16 */
    bytes[RDLENGTH_AT] = (uint8_t)(length >> 8);
    bytes[RDLENGTH_AT + 1] = (uint8_t)length;
    memcpy(bytes + OPT_HEAD, options, length);
    cr_assert(packet_next(&packet, &at, &record));
    rcode = 2;
    opt_record_read(&packet, &record, &rcode, &so_far);
    cr_expect_eq(rcode, 18);
    free(bytes);
    return so_far;
}

#define READ(options) read_options(options, sizeof options - 1, 0)

Test(opt_record, an_extended_error_is_read)
{
    cr_expect_eq(READ(""), 0);
    cr_expect_eq(READ("\0\17\0\2\0\17"), 15);
    cr_expect_eq(READ("\0\17\0\6\0\22text"), 18, "the text is skipped");
    cr_expect_eq(READ("\0\17\0\2\377\377"), 65535);
    cr_expect_eq(READ("\0\12\0\10\0\17\0\2\0\17\0\17"), 0, "a cookie that looks like one");
    cr_expect_eq(READ("\0\12\0\4abcd\0\17\0\2\0\6"), 6, "after another option");
}

Test(opt_record, what_does_not_fit_ends_the_reading)
{
    cr_expect_eq(READ("\0\17\0"), 0, "no whole head");
    cr_expect_eq(READ("\0\17\0\2"), 0, "no code");
    cr_expect_eq(READ("\0\17\0\2\0"), 0, "half a code");
    cr_expect_eq(READ("\0\17\0\0"), 0, "an empty option");
    cr_expect_eq(READ("\0\17\0\1\17"), 0, "an option of one octet");
    cr_expect_eq(READ("\0\17\377\377\0\17"), 0, "longer than the record");
    cr_expect_eq(READ("\0\17\0\2\0\6\0\17\0\3\0\17"), 6, "the first one stays");
    cr_expect_eq(READ("\0\17\0\0\0\17\0\2\0\6"), 6, "after an empty one");
}

Test(opt_record, of_several_the_heaviest_counts)
{
    cr_expect_eq(READ("\0\17\0\2\0\6\0\17\0\2\0\17"), 15, "a filter outweighs all");
    cr_expect_eq(READ("\0\17\0\2\0\17\0\17\0\2\0\6"), 15);
    cr_expect_eq(READ("\0\17\0\2\0\11\0\17\0\2\0\6"), 9, "of equals the first");
    cr_expect_eq(READ("\0\17\0\2\0\0\0\17\0\2\0\15"), 13, "0 says nothing");
    cr_expect_eq(read_options("\0\17\0\2\0\6", 6, 3), 3, "also of several records");
    cr_expect_eq(read_options("\0\17\0\2\0\6", 6, 13), 6);
}

Test(opt_record, other_records_change_nothing)
{
    /* not at the root; not OPT */
    static const uint8_t others[][13] = {{1, 'x', 0, 0, 41, 4, 208, 1, 0, 0, 0, 0, 0},
                                         {0, 0, 16, 4, 208, 1, 0, 0, 0, 0, 0}};

    for (unsigned i = 0; i < 2; i++) {
        struct packet packet = {.bytes = others[i], .len = sizeof others[i]};
        struct record record;
        uint16_t error = 0;
        size_t at = 0;

        cr_assert(packet_next(&packet, &at, &record));
        rcode = 2;
        opt_record_read(&packet, &record, &rcode, &error);
        cr_expect_eq(rcode, 2);
        cr_expect_eq(error, 0);
    }
}

static void is_text(uint16_t code, const char *want)
{
    char text[EXTENDED_ERROR_TEXT_MAX];

    cr_expect_eq(extended_error_print(text, code), strlen(want));
    cr_expect_str_eq(text, want);
}

Test(extended_error, codes_have_the_names_of_the_rfc)
{
    is_text(0, "");
    is_text(6, "EDE 6 (DNSSEC Bogus)");
    is_text(27, "EDE 27 (Unsupported NSEC3 Iterations Value)");
    is_text(26, "EDE 26");
    is_text(65535, "EDE 65535");
}

Test(extended_error, any_text_fits)
{
    char text[EXTENDED_ERROR_TEXT_MAX];

    for (unsigned code = 0; code <= UINT16_MAX; code++)
        cr_expect_lt(extended_error_print(text, (uint16_t)code), sizeof text);
}

Test(extended_error, policies_of_the_resolver_are_known)
{
    unsigned filters = 0;

    for (unsigned code = 0; code <= UINT16_MAX; code++)
        filters += extended_error_class((uint16_t)code) == EXTENDED_FILTERED;
    cr_expect_eq(filters, 5);
    for (uint16_t code = 15; code <= 18; code++)
        cr_expect_eq(extended_error_class(code), EXTENDED_FILTERED, "%u", code);
    cr_expect_eq(extended_error_class(4), EXTENDED_FILTERED);
    cr_expect_eq(extended_error_class(14), EXTENDED_NOT_READY);
    cr_expect_eq(extended_error_class(25), EXTENDED_OTHER, "no code of the RFC");
}
