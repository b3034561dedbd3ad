#include "io/system/say.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "io/system/printable.h"

size_t say_harmless(char *out, size_t size, const char *text)
{
    const char *end = text + strlen(text);
    size_t used = 0;

    while (text < end) {
        char step[PRINTABLE_STEP_MAX];
        /* Unchanged: messages quote names that contain \DDD, and they are never decoded. */
        bool backslash = *text == '\\';
        size_t length = printable_step(step, &text, end);

        if (backslash)
            length = 1;
        if (used + length + 1 > size)
            break;
        memcpy(out + used, step, length);
        used += length;
    }
    out[used] = '\0';
    return used;
}

void say(const char *format, ...)
{
    char text[SAY_MAX], harmless[SAY_MAX];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    say_harmless(harmless, sizeof(harmless), text);
    fprintf(stderr, "fcrdns: %s\n", harmless);
}
