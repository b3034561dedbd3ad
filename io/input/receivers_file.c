#include "io/input/receivers_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Like fgets, but a line may hold NULs. 0: the end of the file. */
static size_t read_line(FILE *file, char line[RECEIVER_LINE_MAX + 2])
{
    size_t length = 0;
    int octet = 0;

    while (length < RECEIVER_LINE_MAX + 2 && octet != '\n' && (octet = getc(file)) != EOF)
        line[length++] = (char)octet;
    return length;
}

bool receivers_file_load(struct receiver_file *out, const char *path, struct failure *failure)
{
    char line[RECEIVER_LINE_MAX + 2];
    size_t length;
    struct receiver_fault why;
    FILE *file = fopen(path, "re");
    bool good = true;

    if (!file)
        return failure_set(failure, EXIT_TROUBLE, "cannot open \"%s\": %s", path, strerror(errno));
    /* A longer line comes in parts, and its first part is refused as too long. */
    while (good && (length = read_line(file, line)) > 0)
        good = receiver_parse_line(out, line, length, &why);
    if (good && ferror(file)) {
        failure_set(failure, EXIT_TROUBLE, "cannot read \"%s\": %s", path, strerror(errno));
        good = false;
    } else if (!good || !receiver_parse_end(out, &why)) {
        failure_set(failure, EXIT_TROUBLE, "\"%s\" %s", path, why.text);
        good = false;
    }
    fclose(file);
    return good;
}
