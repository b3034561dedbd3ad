#include "reports/html/write.h"

#include <string.h>

#include "io/system/printable.h"
#include "reports/time_text.h"
#include "reports/words.h"

enum { WHOLE_MAX = 40 };

static const char *reference_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void html_text(struct outfile *out, const char *text, size_t len)
{
    size_t begin = 0;

    for (size_t i = 0; i < len; i++) {
        const char *reference = reference_of(text[i]);

        if (reference) {
            outfile_write(out, text + begin, i - begin);
            outfile_text(out, reference);
            begin = i + 1;
        }
    }
    outfile_write(out, text + begin, len - begin);
}

static void put_strange(struct outfile *out, const char *text, const char *end)
{
    while (text < end) {
        char step[PRINTABLE_STEP_MAX];

        html_text(out, step, printable_step(step, &text, end));
    }
}

void html_strange(struct outfile *out, const char *text)
{
    put_strange(out, text, text + strlen(text));
}

void html_strange_cut(struct outfile *out, const char *text, size_t most)
{
    size_t length = strlen(text);

    put_strange(out, text, text + (length < most ? length : most));
    if (length > most)
        outfile_text(out, "... <i>(whole in summary.json)</i>");
}

void html_alert(struct outfile *out, const char *title, const char *what, size_t most)
{
    if (!what)
        return;
    outfile_printf(out, "<p class=\"notice incomplete\" role=\"alert\"><b>%s:</b> ", title);
    html_strange_cut(out, what, most);
    outfile_text(out, ".</p>\n");
}

/* Lines break after hyphens. */
void html_whole(struct outfile *out, const char *text, size_t len)
{
    bool wrapped = len <= WHOLE_MAX && memchr(text, '-', len);

    if (wrapped)
        outfile_text(out, "<span class=\"whole\">");
    html_text(out, text, len);
    if (wrapped)
        outfile_text(out, "</span>");
}

void html_name(struct outfile *out, const struct dnsname *name)
{
    char text[DNSNAME_TEXT_MAX];

    html_text(out, text, dnsname_print(text, name));
}

void html_address(struct outfile *out, const struct ipaddr *address)
{
    char text[IPADDR_TEXT_MAX];

    outfile_write(out, text, ipaddr_print(text, address));
}

void html_count(struct outfile *out, uint64_t number)
{
    char text[GROUPED_MAX];

    outfile_write(out, text, grouped_print(text, number));
}

void html_time(struct outfile *out, int64_t wall_seconds)
{
    struct time_text time = {0};
    const char *text = time_text_of(&time, wall_seconds);

    outfile_printf(out, "<time datetime=\"%s\">%.10s %.8s UTC</time>", text, text, text + 11);
}

void html_verdict(struct outfile *out, enum verdict verdict)
{
    const char *key = verdict_row(verdict)->key;

    outfile_printf(out, "<span class=\"v %s\">%s</span>", key, key);
}
