/* Zones written as text in a test. */
#ifndef TESTS_UNIT_IO_ZONES_OF_H
#define TESTS_UNIT_IO_ZONES_OF_H

#include <string.h>

#include "io/resolver/zone_text.h"
#include "tests/unit/support.h"

/* Two lines: what each zone begins with. */
#define HEAD_OF(zone)                                                           \
    zone " 3600 IN SOA ns1." zone " dns." zone " 7 7200 900 1209600 300\n" zone \
         " 3600 IN NS ns.provider.test.\n"

static inline void add_zone(struct zone_set *set, const char *text)
{
    struct failure failure = {0};
    cr_assert(zone_text_load(set, NULL, "test.zone", text, strlen(text), &failure), "%s",
              failure.text);
}

static inline void expect_broken(const char *text, const char *wanted)
{
    struct failure failure = {0};
    struct zone_set *set = zone_set_new();
    cr_expect_not(zone_text_load(set, NULL, "test.zone", text, strlen(text), &failure), "%s", text);
    cr_expect_eq(failure.status, EXIT_TROUBLE);
    cr_expect_str_eq(failure.text, wanted);
    zone_set_free(set);
}

#endif
