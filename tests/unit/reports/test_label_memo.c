#include <criterion/criterion.h>
#include <string.h>

#include "reports/label_memo.h"

static unsigned labels_of(struct label_memo *memo, const char *text)
{
    struct dnsname name;

    cr_assert(dnsname_from_text(&name, text, strlen(text)));
    return label_memo_registrable_labels(memo, &name);
}

/* The answer equals that of the list, whatever was asked before. */
Test(label_memo, answers_as_the_list_does)
{
    static const char *const names[] = {"mta1.mail.example.com",
                                        "mta2.mail.example.com",
                                        "MTA3.mail.EXAMPLE.com",
                                        "example.com",
                                        "other.com",
                                        "www.example.co.uk",
                                        "www2.example.co.uk",
                                        "example.co.uk",
                                        "another.co.uk",
                                        "co.uk",
                                        "a.b.c.d.example.org",
                                        "b.b.c.d.example.org",
                                        "localhost",
                                        "mta1.mail.example.com"};
    const char *why = NULL;
    struct suffix_list *list = suffix_list_open(NULL, &why);

    cr_assert_not_null(list, "%s", why);
    struct label_memo memo = {.list = list};
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
            struct label_memo fresh = {.list = list};

            cr_expect_eq(labels_of(&memo, names[i]), labels_of(&fresh, names[i]), "%s", names[i]);
        }
    }
    suffix_list_close(list);
}

Test(label_memo, knows_nothing_without_a_list)
{
    struct label_memo memo = {0};

    cr_expect_eq(labels_of(&memo, "mta1.mail.example.com"), 0);
}
