#include "audit/command/options_file.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/ascii.h"
#include "io/input/lines.h"
#include "io/input/source.h"

/* An "input" line has at least eight octets, with its end. */
enum { INPUTS_MAX = OPTIONS_FILE_MAX / 8 + 1, REASON_MAX = FAILURE_TEXT_MAX };

static const char BYTE_ORDER_MARK[] = "\xef\xbb\xbf";

struct options_file {
    const char *path;
    struct line_scan scan;
    unsigned number; /* of the last line */
    unsigned input_count;
    char *inputs[INPUTS_MAX];
    char text[OPTIONS_FILE_MAX + 1]; /* and a NUL after the last line */
};

static bool read_text(struct options_file *file, struct source *source, struct failure *failure)
{
    size_t used = 0, got = 0;
    enum source_status status = SOURCE_BYTES;

    while (used < sizeof(file->text) && status == SOURCE_BYTES) {
        status = source_read(source, file->text + used, sizeof(file->text) - used, &got);
        used += status == SOURCE_BYTES ? got : 0;
    }
    if (status == SOURCE_BROKEN)
        return failure_set(failure, EXIT_TROUBLE, "cannot read \"%s\": %s", file->path,
                           source_fault(source));
    if (used > OPTIONS_FILE_MAX)
        return failure_set(failure, EXIT_TROUBLE, "\"%s\" has more than %d octets", file->path,
                           OPTIONS_FILE_MAX);
    file->scan = (struct line_scan){.at = file->text, .end = file->text + used};
    if (strncmp(file->text, BYTE_ORDER_MARK, sizeof(BYTE_ORDER_MARK) - 1) == 0)
        file->scan.at += sizeof(BYTE_ORDER_MARK) - 1;
    return true;
}

struct options_file *options_file_open(const char *path, struct failure *failure)
{
    struct source *source = source_open(path, failure);
    struct options_file *file = source ? calloc(1, sizeof(*file)) : NULL;
    bool good = false;

    if (file) {
        file->path = path;
        good = read_text(file, source, failure);
    } else if (source) {
        failure_out_of_memory(failure);
    }
    if (source)
        source_close(source);
    if (good)
        return file;
    options_file_close(file);
    return NULL;
}

bool options_file_refuse(const struct options_file *file, const struct options_line *line,
                         struct failure *failure, const char *format, ...)
{
    char reason[REASON_MAX];
    va_list args;

    va_start(args, format);
    vsnprintf(reason, sizeof(reason), format, args);
    va_end(args);
    return failure_set(failure, EXIT_TROUBLE, "%s:%u: %s", file->path, line->number, reason);
}

/* The line as a string without blanks at its ends, in place: its end is no longer needed. */
static char *trim(struct options_file *file, const struct line *line)
{
    char *text = file->text + (line->text - file->text);
    size_t length = line->length;

    while (length > 0 && ascii_is_blank(text[length - 1]))
        length--;
    text[length] = '\0';
    return text + strspn(text, " \t");
}

/* "name", "name value", "name=value" and "name = value". */
static bool split(struct options_file *file, char *text, struct options_line *line,
                  struct failure *failure)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz-");

    if (text[0] == '-')
        return options_file_refuse(file, line, failure,
                                   "an option has no dashes before it in a file: \"%s\"",
                                   text + strspn(text, "-"));
    if (length == 0 || (text[length] != '\0' && !strchr(" \t=", text[length])))
        return options_file_refuse(file, line, failure, "the line does not begin with an option");
    char *value = text + length + strspn(text + length, " \t");
    bool equals = *value == '=';
    if (equals)
        value += 1 + strspn(value + 1, " \t");
    line->value = *value != '\0' || equals ? value : NULL;
    text[length] = '\0';
    line->name = text;
    return true;
}

bool options_file_next(struct options_file *file, struct options_line *line,
                       struct failure *failure)
{
    while (file->scan.at < file->scan.end) {
        struct line next;

        line_next(&file->scan, &next);
        *line = (struct options_line){.number = ++file->number};
        if (line_fault(&next))
            return options_file_refuse(file, line, failure, "the line %s", line_fault(&next));
        if (!line_is_ignored(&next, ','))
            return split(file, trim(file, &next), line, failure);
    }
    return false;
}

void options_file_keep_input(struct options_file *file, const char *value)
{
    file->inputs[file->input_count++] = file->text + (value - file->text);
}

char **options_file_inputs(struct options_file *file, unsigned *count)
{
    *count = file->input_count;
    return file->inputs;
}

void options_file_close(struct options_file *file)
{
    free(file);
}
