#include "reports/name_store.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { NAMES = 5000 };

static size_t make_text(char out[128], unsigned i)
{
    return (size_t)snprintf(out, 128, "n%u.%.*s.example", i, 1 + (int)(i % 60),
                            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
}

Test(name_store, keeps_names_of_any_length)
{
    static const struct dnsname *kept[NAMES];
    struct name_store store = {0};
    struct dnsname name;
    char text[128];

    for (unsigned i = 0; i < NAMES; i++) {
        cr_assert(dnsname_from_text(&name, text, make_text(text, i)));
        kept[i] = name_store_keep(&store, &name);
        cr_assert_not_null(kept[i]);
    }
    for (unsigned i = 0; i < NAMES; i++) {
        cr_assert(dnsname_from_text(&name, text, make_text(text, i)));
        cr_assert(dnsname_equal(&name, kept[i]), "%s", text);
    }
    name_store_free(&store);
    cr_assert_null(store.pieces);
}
