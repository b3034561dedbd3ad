/* A line of JSON: one object. */
#include "reports/rows/json_line.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/reports/made_folder.h"

TestSuite(json_line, .init = make_folder, .fini = drop_folder);

static struct json_line line;

static void value(const char *text)
{
    json_value(&line, text, strlen(text));
}

static char *written(void)
{
    struct failure failure = {0};
    struct outfile *out = outfile_open(&opened, "line", &failure);

    cr_assert_not_null(out);
    json_line_write(&line, out);
    cr_assert(outfile_commit(out, &failure), "%s", failure.text);
    return text_of("line");
}

static void expect_line(const char *text)
{
    char *found = written();

    cr_expect_str_eq(found, text);
    free(found);
}

Test(json_line, each_kind)
{
    json_line_begin(&line);
    json_key(&line, "text", JSON_TEXT);
    value("a");
    json_key_end(&line);
    json_key(&line, "number", JSON_NUMBER);
    value("42");
    json_key_end(&line);
    json_key(&line, "list", JSON_LIST);
    value("a");
    value("");
    value("b");
    json_key_end(&line);
    json_key(&line, "pairs", JSON_PAIRS);
    value("gmail=refuses;postfix=defers");
    value("rspamd=penalises");
    json_key_end(&line);
    expect_line("{\"text\":\"a\",\"number\":42,\"list\":[\"a\",null,\"b\"],"
                "\"pairs\":{\"gmail\":\"refuses\",\"postfix\":\"defers\",\"rspamd\":"
                "\"penalises\"}}\n");
}

Test(json_line, without_values)
{
    static const enum json_kind kinds[] = {JSON_TEXT, JSON_NUMBER, JSON_LIST, JSON_PAIRS};
    static const char *const keys[] = {"a", "b", "c", "d"};

    json_line_begin(&line);
    for (unsigned i = 0; i < 4; i++) {
        json_key(&line, keys[i], kinds[i]);
        if (kinds[i] != JSON_LIST)
            value("");
        json_key_end(&line);
    }
    expect_line("{\"a\":null,\"b\":null,\"c\":[],\"d\":{}}\n");
}

Test(json_line, a_list_that_was_cut)
{
    json_line_begin(&line);
    json_key(&line, "names", JSON_LIST);
    value("a");
    json_value_more(&line, 990);
    json_key_end(&line);
    json_key(&line, "next", JSON_LIST);
    json_value_more(&line, 0);
    json_key_end(&line);
    expect_line("{\"names\":[\"a\"],\"names_more\":990,\"next\":[]}\n");
}

Test(json_line, escapes)
{
    json_line_begin(&line);
    json_key(&line, "a", JSON_TEXT);
    value("\"\\\b\n\x1f\x7f/\xc3\xa9<");
    json_key_end(&line);
    expect_line("{\"a\":\"\\\"\\\\\\u0008\\u000a\\u001f\x7f/\xc3\xa9<\"}\n");
}

/* Values beyond the room are left out, whole; what follows them keeps its place. */
Test(json_line, a_full_line_stays_valid)
{
    static char large[1000];
    unsigned kept = 0;

    memset(large, 0x01, sizeof(large));
    json_line_begin(&line);
    json_key(&line, "list", JSON_LIST);
    for (unsigned i = 0; i < 1000; i++)
        json_value(&line, large, sizeof(large));
    json_key_end(&line);
    json_key(&line, "last", JSON_NUMBER);
    json_key_end(&line);
    char *found = written();
    for (const char *at = strchr(found, '['); (at = strstr(at, "\"\\u0001")); at += 6000)
        kept++;
    cr_expect(kept > 40 && strlen(found) <= JSON_LINE_MAX, "%u", kept);
    cr_expect_str_eq(found + strlen(found) - 16, "1\"],\"last\":null}\n" + 1);
    free(found);
}
