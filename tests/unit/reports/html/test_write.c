#include "reports/html/write.h"

#include "tests/unit/reports/made_folder.h"
#include "tests/unit/reports/made_row.h"

TestSuite(write, .init = make_folder, .fini = drop_folder);

Test(write, escapes_markup_everywhere)
{
    struct failure failure = {0};
    struct outfile *out = outfile_open(&opened, "a", &failure);
    struct dnsname name = made_name("<b>&'x.example.");
    char *text;

    html_text(out, "<a href=\"x\">'&'</a>", 19);
    outfile_char(out, '\n');
    html_strange(out, "old/\xFF<i>\x1B.gz");
    outfile_char(out, '\n');
    html_name(out, &name);
    outfile_char(out, '\n');
    html_time(out, MADE_AT);
    cr_assert(outfile_commit(out, &failure));
    text = text_of("a");
    cr_assert_str_eq(text,
                     "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;\n"
                     "old/\\255&lt;i&gt;\\027.gz\n"
                     "&lt;b&gt;&amp;&#39;x.example\n"
                     "<time datetime=\"2026-11-23T12:38:49Z\">2026-11-23 12:38:49 UTC</time>");
    free(text);
}
