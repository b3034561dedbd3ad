#include "io/resolver/zone_file.h"

#include <unistd.h>
#include <zlib.h>

#include "tests/unit/io/zones_of.h"

static void write_file(char *path, const char *text, bool packed)
{
    int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    gzFile file = gzdopen(fd, packed ? "wb" : "wbT");
    cr_assert_eq(gzwrite(file, text, (unsigned)strlen(text)), (int)strlen(text));
    cr_assert_eq(gzclose(file), Z_OK);
}

Test(zone_file, files_are_read_whole_and_unpacked)
{
    struct failure failure = {0};
    char plain[] = "/tmp/zone.XXXXXX", packed[] = "/tmp/zone.XXXXXX", other[] = "/tmp/zone.XXXXXX";
    uint64_t one = 0, two = 0, three = 0;
    struct zone_set *set = zone_set_new(), *again = zone_set_new(), *third = zone_set_new();
    write_file(plain, HEAD_OF("a.example."), false);
    write_file(packed, HEAD_OF("a.example."), true);
    write_file(other, HEAD_OF("a.example.") "; changed\n", false);
    cr_expect(zone_file_load(set, NULL, plain, &one, &failure), "%s", failure.text);
    cr_expect(zone_file_load(again, NULL, packed, &two, &failure), "%s", failure.text);
    cr_expect(zone_file_load(third, NULL, other, &three, &failure), "%s", failure.text);
    cr_expect_eq(one, two);
    cr_expect_neq(one, three);
    cr_expect_not(zone_file_load(set, NULL, "/nonexistent/zone", &one, &failure));
    cr_expect_str_eq(failure.text, "cannot open \"/nonexistent/zone\": No such file or directory");
    unlink(plain), unlink(packed), unlink(other);
    zone_set_free(set), zone_set_free(again), zone_set_free(third);
}
