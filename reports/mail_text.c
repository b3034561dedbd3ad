#include "reports/mail_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "io/system/printable.h"
#include "reports/wrap.h"

enum { INPUTS_MIN = 8 /* columns; less of an input's name says nothing */ };

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

/* The last `columns` of a text: the end of a path says more than its start. */
static const char *tail_of(const char *text, size_t columns)
{
    size_t length = strlen(text);

    while (wrap_columns(text, length) > columns) {
        size_t step = 1;

        while (step < length && wrap_columns(text + step, 1) == 0)
            step++;
        text += step;
        length -= step;
    }
    return text;
}

void mail_text_subject(struct mail_text *mail, const char *state, const char *inputs)
{
    static const char CUT[] = "...";
    enum { AROUND = sizeof(" ()") - 1 };
    size_t used = strlen(state);
    size_t columns =
        inputs ? printable_text(mail->text, sizeof(mail->text), inputs, strlen(inputs)) : 0;

    columns = wrap_columns(mail->text, columns);
    outfile_printf(mail->out, "%.*s", MAIL_TEXT_WIDTH, state);
    if (columns > 0 && used + AROUND + columns <= MAIL_TEXT_WIDTH)
        outfile_printf(mail->out, " (%s)", mail->text);
    else if (columns > 0 && used + AROUND + sizeof(CUT) - 1 + INPUTS_MIN <= MAIL_TEXT_WIDTH)
        outfile_printf(mail->out, " (%s%s)", CUT,
                       tail_of(mail->text, MAIL_TEXT_WIDTH - used - AROUND - (sizeof(CUT) - 1)));
    outfile_char(mail->out, '\n');
}
