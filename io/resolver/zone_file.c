#include "io/resolver/zone_file.h"

#include <stdlib.h>

#include "io/input/source.h"
#include "io/resolver/zone_text.h"
#include "io/system/digest.h"

enum { PORTION = 64 * 1024 /* the first read; the buffer doubles from there */ };

/* The octets of the source; *text is the caller's to free, also when it fails. */
static bool read_text(struct source *source, const char *path, char **text, size_t *length,
                      struct failure *failure)
{
    size_t room = 0, got = 0;
    enum source_status status = SOURCE_BYTES;

    for (*length = 0; status == SOURCE_BYTES; *length += got) {
        if (*length == ZONE_TEXT_MAX)
            return failure_set(failure, EXIT_TROUBLE, "%s: more than %d MiB", path,
                               ZONE_TEXT_MAX >> 20);
        if (*length == room) {
            room = room ? room * 2 : PORTION;
            char *larger = realloc(*text, room);
            if (!larger)
                return failure_out_of_memory(failure);
            *text = larger;
        }
        got = 0;
        status = source_read(source, *text + *length, room - *length, &got);
    }
    if (status == SOURCE_BROKEN)
        return failure_set(failure, EXIT_TROUBLE, "%s: %s", path, source_fault(source));
    return true;
}

bool zone_file_read(const char *path, char **text, size_t *length, struct failure *failure)
{
    struct source *source = source_open(path, failure);

    *text = NULL;
    if (!source)
        return false;
    bool good = read_text(source, path, text, length, failure);
    source_close(source);
    return good;
}

bool zone_file_load(struct zone_set *set, const struct dnsname *name, const char *path,
                    uint64_t *digest, struct failure *failure)
{
    char *text;
    size_t length = 0;
    bool good = zone_file_read(path, &text, &length, failure);

    if (good) {
        digest_add(digest, text, length);
        good = zone_text_load(set, name, path, text ? text : "", length, failure);
    }
    free(text);
    return good;
}
