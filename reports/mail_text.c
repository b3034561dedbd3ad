#include "reports/mail_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "io/system/printable.h"
#include "reports/input_words.h"
#include "reports/wrap.h"

void mail_text_flow(struct mail_text *mail, const char *first, const char *text)
{
    size_t indent = strlen(first);
    struct wrapped line;

    for (const char *before = first; wrap_next(&line, &text, MAIL_TEXT_WIDTH - indent);
         before = "") {
        outfile_printf(mail->out, "%-*s", (int)indent, before);
        outfile_write(mail->out, line.text, line.length);
        outfile_char(mail->out, '\n');
    }
}

void mail_text_put(struct mail_text *mail, const char *first, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(mail->text, sizeof(mail->text), format, arguments);
    va_end(arguments);
    mail_text_flow(mail, first, mail->text);
}

void mail_text_part(struct mail_text *mail, const char *title)
{
    outfile_char(mail->out, '\n');
    mail_text_flow(mail, "", title);
}

void mail_text_subject(struct mail_text *mail, const char *state, const char *inputs)
{
    enum { AROUND = sizeof(" ()") - 1 };
    char words[MAIL_TEXT_WIDTH * PRINTABLE_FACTOR + 1] = "";
    size_t used = strlen(state);

    if (!inputs)
        inputs = "";
    printable_text(mail->text, sizeof(mail->text), inputs, strlen(inputs));
    if (used + AROUND < MAIL_TEXT_WIDTH)
        input_words_print(words, sizeof(words), MAIL_TEXT_WIDTH - used - AROUND, mail->text);
    outfile_printf(mail->out, "%.*s", MAIL_TEXT_WIDTH, state);
    if (words[0])
        outfile_printf(mail->out, " (%s)", words);
    outfile_char(mail->out, '\n');
}
