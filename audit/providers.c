#include "audit/providers.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 64, NO_PARENT = PROVIDERS_MAX };

struct providers {
    unsigned count;
    unsigned room;
    struct provider *rows; /* sorted by providers_seal: a prefix comes before those inside it */
    unsigned *parents;     /* the row of the next wider prefix, or NO_PARENT */
};

/* ---- one row ---- */

bool provider_is_header(const struct provider_cell *cells, unsigned count)
{
    return count > 0 && !target_looks_like_item(cells[0].text, cells[0].length);
}

static bool is_prefix(const struct iprange *range)
{
    ip_count hosts = ipaddr_number(&range->last) - ipaddr_number(&range->first);

    return (hosts & (hosts + 1)) == 0 && (ipaddr_number(&range->first) & hosts) == 0;
}

/* Texts are copied into headers of mail and lines of tickets. */
static bool read_text(char out[PROVIDER_TEXT_MAX], struct provider_cell cell, const char *what,
                      struct target_reason *why)
{
    if (cell.length >= PROVIDER_TEXT_MAX)
        return target_refuse(why, "the %s is longer than %d bytes", what, PROVIDER_TEXT_MAX - 1);
    for (size_t i = 0; i < cell.length; i++) {
        if ((unsigned char)cell.text[i] < ' ' || cell.text[i] == 0x7F)
            return target_refuse(why, "the %s contains a control character", what);
    }
    memcpy(out, cell.text, cell.length);
    out[cell.length] = '\0';
    return true;
}

bool provider_parse(struct provider *out, const struct provider_cell *cells, unsigned count,
                    struct target_reason *why)
{
    const struct provider_cell none = {"", 0};
    struct target target;

    if (count < 2)
        return target_refuse(why, "has one column: a prefix and a provider are needed");
    if (count > PROVIDER_CELLS)
        return target_refuse(why,
                             "has %u columns, not %d: is a text with a separator in it not quoted?",
                             count, PROVIDER_CELLS);
    if (!target_parse(&target, cells[0].text, cells[0].length, why))
        return false;
    if (!is_prefix(&target.range))
        return target_refuse(why, "the range is not a prefix: give one row for each prefix");
    if (cells[1].length == 0)
        return target_refuse(why, "the provider is missing");
    out->range = target.range;
    out->line = 0;
    out->number = 0;
    return read_text(out->name, cells[1], "provider", why) &&
           read_text(out->contact, count > 2 ? cells[2] : none, "contact", why) &&
           read_text(out->reference, count > 3 ? cells[3] : none, "reference", why);
}

/* ---- the table ---- */

struct providers *providers_new(void)
{
    return calloc(1, sizeof(struct providers));
}

void providers_free(struct providers *providers)
{
    if (!providers)
        return;
    free(providers->rows);
    free(providers->parents);
    free(providers);
}

static bool grow(struct providers *providers)
{
    unsigned room = providers->room > 0 ? 2 * providers->room : FIRST_ROOM;
    struct provider *rows = reallocarray(providers->rows, room, sizeof(*rows));

    if (!rows)
        return false;
    providers->rows = rows;
    unsigned *parents = reallocarray(providers->parents, room, sizeof(*parents));
    if (!parents)
        return false;
    providers->parents = parents;
    providers->room = room;
    return true;
}

bool providers_add(struct providers *providers, const struct provider *provider)
{
    if (providers->count == PROVIDERS_MAX ||
        (providers->count == providers->room && !grow(providers)))
        return false;
    providers->rows[providers->count++] = *provider;
    return true;
}

unsigned providers_count(const struct providers *providers)
{
    return providers->count;
}

static int by_who(const void *a, const void *b)
{
    const struct provider *left = a;
    const struct provider *right = b;
    int order = strcmp(left->name, right->name);

    if (order == 0)
        order = strcmp(left->contact, right->contact);
    if (order == 0)
        order = strcmp(left->reference, right->reference);
    return order;
}

/* A wider prefix comes first; of equal ones that of the lower line. */
static int by_prefix(const void *a, const void *b)
{
    const struct provider *left = a;
    const struct provider *right = b;
    int order = ipaddr_compare(&left->range.first, &right->range.first);

    if (order == 0)
        order = ipaddr_compare(&right->range.last, &left->range.last);
    return order != 0 ? order : left->line < right->line ? -1 : left->line > right->line;
}

static void number(struct providers *providers)
{
    struct provider *rows = providers->rows;

    qsort(rows, providers->count, sizeof(*rows), by_who);
    for (unsigned i = 0, last = 0; i < providers->count; i++) {
        last += i == 0 || by_who(&rows[i - 1], &rows[i]) != 0;
        rows[i].number = last;
    }
}

/* Prefixes are disjoint or nested: the parent is the last row, or one of its parents. */
static unsigned find_parent(const struct providers *providers, unsigned at,
                            const struct ipaddr *address)
{
    while (at != NO_PARENT && !iprange_contains(&providers->rows[at].range, address))
        at = providers->parents[at];
    return at;
}

bool providers_seal(struct providers *providers, const struct provider **again,
                    const struct provider **earlier)
{
    struct provider *rows = providers->rows;

    if (providers->count == 0)
        return true;
    number(providers);
    qsort(rows, providers->count, sizeof(*rows), by_prefix);
    providers->parents[0] = NO_PARENT;
    for (unsigned i = 1; i < providers->count; i++) {
        if (ipaddr_equal(&rows[i - 1].range.first, &rows[i].range.first) &&
            ipaddr_equal(&rows[i - 1].range.last, &rows[i].range.last)) {
            *again = &rows[i];
            *earlier = &rows[i - 1];
            return false;
        }
        providers->parents[i] = find_parent(providers, i - 1, &rows[i].range.first);
    }
    return true;
}

const struct provider *providers_find(const struct providers *providers,
                                      const struct ipaddr *address)
{
    unsigned low = 0;
    unsigned high = providers->count;

    while (low < high) { /* the first row that begins after the address */
        unsigned middle = low + (high - low) / 2;

        if (ipaddr_compare(&providers->rows[middle].range.first, address) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    unsigned at = low > 0 ? find_parent(providers, low - 1, address) : NO_PARENT;
    return at != NO_PARENT ? &providers->rows[at] : NULL;
}
