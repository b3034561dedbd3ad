#include "reports/party_slug.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/fix_words.h"
#include "reports/name_hash.h"

enum { NUMBER_ROOM = 12, FIRST_ROOM = 64 };

/* ---- names that are taken ---- */

void slug_set_free(struct slug_set *set)
{
    free(set->names);
    *set = (struct slug_set){0};
}

void slug_set_clear(struct slug_set *set)
{
    set->count = 0;
    if (set->room > 0)
        memset(set->names, 0, set->room * sizeof(*set->names));
}

/* Never 0. Another name of the same hash only gets a number that it does not need. */
static uint64_t hash_of(const char *text)
{
    uint64_t hash = name_hash((const uint8_t *)text, strlen(text));

    return hash != 0 ? hash : 1;
}

/* The name's place, or the free one where it belongs. */
static struct slug_taken *place_of(const struct slug_set *set, uint64_t hash)
{
    unsigned at = (unsigned)(hash >> 32) & (set->room - 1);

    while (set->names[at].hash != 0 && set->names[at].hash != hash)
        at = (at + 1) & (set->room - 1);
    return &set->names[at];
}

static bool grow(struct slug_set *set)
{
    struct slug_set more = {.count = set->count,
                            .room = set->room > 0 ? 2 * set->room : FIRST_ROOM};

    more.names = calloc(more.room, sizeof(*more.names));
    if (!more.names)
        return false;
    for (unsigned i = 0; i < set->room; i++) {
        if (set->names[i].hash != 0)
            *place_of(&more, set->names[i].hash) = set->names[i];
    }
    free(set->names);
    *set = more;
    return true;
}

/* *fresh: it was not taken before. False: out of memory. */
static bool take(struct slug_set *set, const char *text, bool *fresh)
{
    uint64_t hash = hash_of(text);
    struct slug_taken *place;

    if (2 * set->count >= set->room && !grow(set))
        return false;
    place = place_of(set, hash);
    *fresh = place->hash == 0;
    place->hash = hash;
    set->count += *fresh;
    return true;
}

/* ---- names ---- */

static char safe(char c, char before)
{
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')
        return c;
    if (c >= 'A' && c <= 'Z')
        return (char)(c | 0x20);
    /* no "..", no dot at the start or after the hyphen of the fixer */
    return c == '.' && before != '.' && before != '-' && before != '\0' ? '.' : '_';
}

/* Goes on after the last number of this name, so that many equal names take no time. */
static bool append_number(char out[SLUG_SIZE], size_t used, struct slug_set *taken)
{
    uint64_t hash = hash_of(out);
    unsigned number = place_of(taken, hash)->number;
    bool fresh = false;

    for (number = number > 0 ? number : 1; !fresh;) {
        snprintf(out + used, SLUG_SIZE - used, "-%u", ++number);
        if (!take(taken, out, &fresh))
            return false;
    }
    place_of(taken, hash)->number = number;
    return true;
}

/* Appends the text after `used` octets. */
static bool finish(char out[SLUG_SIZE], size_t used, const char *text, struct slug_set *taken)
{
    bool fresh = false;

    for (; *text && used < SLUG_MAX - NUMBER_ROOM; text++, used++)
        out[used] = safe(*text, used > 0 ? out[used - 1] : '\0');
    if (used > 0 && out[used - 1] == '.') /* no dot at the end: some systems drop it */
        out[used - 1] = '_';
    out[used] = '\0';
    if (!take(taken, out, &fresh))
        return false;
    return fresh || append_number(out, used, taken);
}

bool party_slug(char out[SLUG_SIZE], const struct fix_party *party, struct slug_set *taken)
{
    static const char *const heads[FIXERS] = {[FIXER_NONE] = "nobody",
                                              [FIXER_REVERSE_ZONE] = "reverse",
                                              [FIXER_HOST_NAME] = "names",
                                              [FIXER_FAILING_ZONE] = "failing",
                                              [FIXER_NAME_SERVERS] = "servers"};
    char text[PARTY_NAME_MAX];

    fix_party_name(text, party);
    /* of a contact the domain: the mailbox is mostly "hostmaster" */
    const char *at = party->provider ? NULL : strrchr(text, '@');
    return finish(out, (size_t)snprintf(out, SLUG_SIZE, "%s-", heads[party->who]),
                  at ? at + 1 : text, taken);
}

bool zone_slug(char out[SLUG_SIZE], const struct dnsname *zone, struct slug_set *taken)
{
    char text[DNSNAME_TEXT_MAX];

    dnsname_print(text, zone);
    return finish(out, 0, text, taken);
}
