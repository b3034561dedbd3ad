/* Input: a receiver file. A first line that begins with "select " is a list of keys for
 * receivers_select. */
#include <string.h>

#include "audit/receiver_file.h"
#include "tests/fuzz/fuzz.h"

enum { KEYS_MAX = 512 };

static void check_fault(const struct receiver_fault *why)
{
    size_t len = strnlen(why->text, sizeof(why->text));

    REQUIRE(len > 0 && len < sizeof(why->text));
    for (size_t i = 0; i < len; i++)
        REQUIRE(why->text[i] >= ' ' && why->text[i] < 0x7f);
}

/* Reports show these texts. */
static void check_text(const char *text, size_t size)
{
    size_t len = strnlen(text, size);

    REQUIRE(len < size);
    for (size_t i = 0; i < len; i++)
        REQUIRE(text[i] >= ' ' && text[i] < 0x7f);
}

static void check_row(const struct receiver *row, bool whole)
{
    REQUIRE(row->key[0] >= 'a' && row->key[0] <= 'z');
    REQUIRE(strspn(row->key, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(row->key));
    REQUIRE(strnlen(row->key, sizeof row->key) < sizeof row->key);
    REQUIRE(receiver_of_key(row->key, strlen(row->key)) == NULL);
    REQUIRE(row->basis == BASIS_OWN && row->names <= NAMES_ALL && row->families <= FAMILIES_BOTH);
    REQUIRE(!whole || row->families != FAMILIES_UNKNOWN);
    REQUIRE(row->name[0] != '\0');
    check_text(row->name, sizeof row->name);
    check_text(row->source, sizeof row->source);
    check_text(row->date, sizeof row->date);
}

static void check_outcomes(const struct receiver *row)
{
    for (unsigned kind = 0; kind < NAME_RESULTS; kind++) {
        struct name_results one = {.is_public = true, .generic = kind % 2, .ipv6 = row->key[0] % 2};
        struct receiver_result result;

        one.counts[kind] = 1;
        result = receiver_outcome(row, &one);
        REQUIRE(result.outcome < OUTCOMES && result.reason < RECEIVER_REASONS);
        REQUIRE(result.reason != REASON_SOME_NAMES);
    }
}

static void check_selection(const struct receiver_list *list)
{
    static struct receiver_result results[RECEIVERS_MAX];
    char text[RECEIVERS_TEXT_MAX];
    size_t length = receivers_print(text, list, results);

    REQUIRE(list->count >= 1 && list->count <= RECEIVERS_MAX);
    REQUIRE(length < sizeof text && strlen(text) == length);
    for (unsigned i = 0; i < list->count; i++)
        for (unsigned k = 0; k < i; k++)
            REQUIRE(list->rows[i] != list->rows[k]);
}

static void select_keys(const char *keys, size_t len, const struct receiver_file *file)
{
    struct receiver_list list;
    struct receiver_fault why;
    char text[KEYS_MAX];

    len = len < sizeof text ? len : sizeof text - 1;
    memcpy(text, keys, len);
    text[len] = '\0';
    memset(&why, 0xa5, sizeof why);
    if (receivers_select(&list, text, file->rows, file->count, &why))
        check_selection(&list);
    else
        check_fault(&why);
    REQUIRE(receivers_select(&list, NULL, file->rows, file->count, &why));
    check_selection(&list);
}

static bool read_lines(struct receiver_file *file, const char *text, size_t size)
{
    struct receiver_fault why;

    memset(&why, 0xa5, sizeof why);
    while (size > 0) {
        const char *newline = memchr(text, '\n', size);
        size_t len = newline ? (size_t)(newline - text) : size;
        size_t step = newline ? len + 1 : len;

        if (!receiver_parse_line(file, text, len, &why)) {
            check_fault(&why);
            return false;
        }
        text += step;
        size -= step;
    }
    if (receiver_parse_end(file, &why))
        return true;
    check_fault(&why);
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char SELECT[] = "select ";
    enum { WORD = sizeof SELECT - 1 };
    struct receiver_file file = {0};
    const char *text = (const char *)data;
    const char *newline = size > 0 ? memchr(text, '\n', size) : NULL;
    size_t first = newline ? (size_t)(newline - text) : size;
    bool selects = first >= WORD && memcmp(text, SELECT, WORD) == 0;
    bool whole = read_lines(&file, selects ? text + first : text, selects ? size - first : size);

    REQUIRE(file.count <= RECEIVERS_OWN_MAX);
    for (unsigned i = 0; i < file.count; i++) {
        check_row(&file.rows[i], whole);
        check_outcomes(&file.rows[i]);
    }
    if (selects)
        select_keys(text + WORD, first - WORD, &file);
    return 0;
}
