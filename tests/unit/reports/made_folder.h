/* A temporary folder for each test, and access to the text of a report in it. */
#ifndef TESTS_UNIT_REPORTS_MADE_FOLDER_H
#define TESTS_UNIT_REPORTS_MADE_FOLDER_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/system/folder.h"

static char folder[] = "/tmp/reports-XXXXXX";
static struct folder opened; /* the same folder, opened */

static inline void make_folder(void)
{
    struct failure failure = {0};

    cr_assert_not_null(mkdtemp(folder));
    cr_assert(folder_open(&opened, folder, &failure), "%s", failure.text);
}

static inline void drop_folder(void)
{
    char command[64];

    snprintf(command, sizeof(command), "rm -rf %s", folder);
    cr_assert_eq(system(command), 0);
}

/* NULL: no such file; the caller frees. */
static inline char *text_of(const char *name)
{
    char path[256];
    FILE *file;
    char *text;
    long size;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (!file)
        return NULL;
    fseek(file, 0, SEEK_END);
    size = ftell(file);
    rewind(file);
    text = malloc((size_t)size + 1);
    text[fread(text, 1, (size_t)size, file)] = '\0';
    fclose(file);
    return text;
}

#endif
