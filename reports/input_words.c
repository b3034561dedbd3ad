#include "reports/input_words.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "audit/target.h"
#include "reports/wrap.h"

enum { MORE_MAX = 32 };

static const char RECHECK[] = "--recheck ";
static const char RUNS[] = " | ";
static const char CUT[] = "...";

static bool begins_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* Octets of the input that begins here. */
static size_t input_length(const char *text)
{
    size_t option = begins_with(text, RECHECK) ? sizeof(RECHECK) - 1 : 0;

    return option + strcspn(text + option, " ");
}

/* The next input; NULL after the last one. */
static const char *input_after(const char *text)
{
    text += input_length(text);
    text += begins_with(text, RUNS) ? sizeof(RUNS) - 1 : strspn(text, " ");
    return *text ? text : NULL;
}

static unsigned count_inputs(const char *text)
{
    unsigned count = 0;

    for (; text && *text; text = input_after(text))
        count++;
    return count;
}

static size_t print_more(char out[MORE_MAX], unsigned more)
{
    if (more == 0)
        return (size_t)(out[0] = '\0');
    return (size_t)snprintf(out, MORE_MAX, " and %u more", more);
}

/* The last `columns` of a text. */
static const char *tail_of(const char *text, size_t length, size_t columns)
{
    const char *end = text + length;

    while (wrap_columns(text, (size_t)(end - text)) > columns) {
        text++;
        while (text < end && wrap_columns(text, 1) == 0)
            text++;
    }
    return text;
}

static bool is_range(const char *text, size_t length)
{
    struct target target;
    struct target_reason why;

    return target_parse(&target, text, length, &why);
}

/* The end of the first input, if that is a path. */
static size_t print_tail(char *out, size_t size, size_t columns, const char *inputs, unsigned count)
{
    char more[MORE_MAX];
    size_t taken = print_more(more, count - 1) + sizeof(CUT) - 1;
    size_t length = input_length(inputs);

    out[0] = '\0';
    if (columns < taken + INPUT_WORDS_MIN || is_range(inputs, length))
        return 0;
    const char *tail = tail_of(inputs, length, columns - taken);
    return (size_t)snprintf(out, size, "%s%.*s%s", CUT, (int)(inputs + length - tail), tail, more);
}

/* The largest number of whole inputs that fit, from the first one. */
static size_t print_whole(char *out, size_t size, size_t columns, const char *inputs,
                          unsigned count)
{
    size_t best = 0, begin = 0;
    unsigned fits = 0, number = 1;
    char more[MORE_MAX];

    out[0] = '\0';
    for (const char *at = inputs; at; at = input_after(at), number++) {
        begin = (size_t)(at - inputs) + input_length(at);
        if (wrap_columns(inputs, begin) > columns)
            break;
        if (wrap_columns(inputs, begin) + print_more(more, count - number) > columns)
            continue;
        best = begin;
        fits = number;
    }
    if (fits == 0)
        return 0;
    print_more(more, count - fits);
    return (size_t)snprintf(out, size, "%.*s%s", (int)best, inputs, more);
}

size_t input_words_print(char *out, size_t size, size_t columns, const char *inputs)
{
    unsigned count = count_inputs(inputs);
    char number[MORE_MAX];

    out[0] = '\0';
    if (count == 0)
        return 0;
    size_t length = print_whole(out, size, columns, inputs, count);
    if (length == 0)
        length = print_tail(out, size, columns, inputs, count);
    if (length > 0 || count == 1)
        return length;
    snprintf(number, sizeof(number), "%u inputs", count);
    return strlen(number) > columns ? 0 : (size_t)snprintf(out, size, "%s", number);
}
