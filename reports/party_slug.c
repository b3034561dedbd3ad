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
    free(set->hashes);
    *set = (struct slug_set){0};
}

void slug_set_clear(struct slug_set *set)
{
    set->count = 0;
    if (set->room > 0)
        memset(set->hashes, 0, set->room * sizeof(*set->hashes));
}

/* Never 0. Another name of the same hash only gets a number that it does not need. */
static uint64_t hash_of(const char *text)
{
    uint64_t hash = name_hash((const uint8_t *)text, strlen(text));

    return hash != 0 ? hash : 1;
}

/* False: it is there already. */
static bool put(struct slug_set *set, uint64_t hash)
{
    unsigned at = (unsigned)(hash >> 32) & (set->room - 1);

    while (set->hashes[at] != 0 && set->hashes[at] != hash)
        at = (at + 1) & (set->room - 1);
    if (set->hashes[at] == hash)
        return false;
    set->hashes[at] = hash;
    return true;
}

static bool grow(struct slug_set *set)
{
    struct slug_set more = {.count = set->count,
                            .room = set->room > 0 ? 2 * set->room : FIRST_ROOM};

    more.hashes = calloc(more.room, sizeof(*more.hashes));
    if (!more.hashes)
        return false;
    for (unsigned i = 0; i < set->room; i++) {
        if (set->hashes[i] != 0)
            (void)put(&more, set->hashes[i]);
    }
    free(set->hashes);
    *set = more;
    return true;
}

/* *fresh: it was not taken before. False: out of memory. */
static bool take(struct slug_set *set, const char *text, bool *fresh)
{
    if (2 * set->count >= set->room && !grow(set))
        return false;
    *fresh = put(set, hash_of(text));
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

/* Appends the text after `used` octets. */
static bool finish(char out[SLUG_SIZE], size_t used, const char *text, struct slug_set *taken)
{
    bool fresh = false;

    for (; *text && used < SLUG_MAX - NUMBER_ROOM; text++, used++)
        out[used] = safe(*text, used > 0 ? out[used - 1] : '\0');
    if (used > 0 && out[used - 1] == '.') /* no dot at the end: some systems drop it */
        out[used - 1] = '_';
    out[used] = '\0';
    for (unsigned number = 2;; number++) {
        if (!take(taken, out, &fresh))
            return false;
        if (fresh)
            return true;
        snprintf(out + used, SLUG_SIZE - used, "-%u", number);
    }
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
