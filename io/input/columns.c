#include "io/input/columns.h"

#include <stdio.h>
#include <string.h>

#include "audit/target.h"

/* Names as folded by fold(); the better name comes first, for a file that has several of them. */
static const char *const ip_names[] = {
    "ip",     "ipaddress", "ipaddr", "sourceip", "sourceipaddress", "address", "addr",  "cidr",
    "prefix", "network",   "range",  "netblock", "subnet",          "target",  "source"};
static const char *const host_names[] = {
    "expectedhostname", "expectedhost", "expected",   "hostname", "host", "fqdn", "ptr",
    "ptrname",          "rdns",         "reversedns", "helo",     "ehlo", "name", "domain"};

enum {
    NAME_MAX_FOLDED = 64,
    NAMES_LISTED_MAX = 300, /* bytes of a header that a message shows */
};

struct names {
    const char *const *list;
    unsigned count;
};

#define NAMES(array) ((struct names){array, sizeof(array) / sizeof *(array)})

/* "IP-Address", "ip address" and "ip_address" are one name. False: longer than any name. */
static bool fold(char out[NAME_MAX_FOLDED], const char *text, size_t length)
{
    size_t n = 0;
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (c == ' ' || c == '\t' || c == '-' || c == '_')
            continue;
        if (n + 1 == NAME_MAX_FOLDED)
            return false;
        out[n++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    out[n] = '\0';
    return n > 0;
}

static bool cell_is(const struct cell *cell, const char *folded_name)
{
    char folded[NAME_MAX_FOLDED];
    return fold(folded, cell->text, cell->length) && strcmp(folded, folded_name) == 0;
}

/* The column, other than `taken`, that holds the name. */
static unsigned find_name(const struct row *row, const char *folded_name, unsigned taken)
{
    for (unsigned i = 0; i < row->count; i++)
        if (i != taken && cell_is(&row->cells[i], folded_name))
            return i;
    return COLUMN_NONE;
}

static unsigned find_known(const struct row *row, struct names names, unsigned taken)
{
    for (unsigned i = 0; i < names.count; i++) {
        unsigned column = find_name(row, names.list[i], taken);
        if (column != COLUMN_NONE)
            return column;
    }
    return COLUMN_NONE;
}

/* ---- what the command line says ---- */

enum wish {
    WISH_NONE,
    WISH_NUMBER,
    WISH_NAME,
};

struct wished {
    enum wish kind;
    unsigned column; /* from 0; for a name, where the first row has it */
};

/* The header in words, as far as a message has room. */
static void list_names(char out[NAMES_LISTED_MAX], const struct row *row)
{
    size_t n = 0;
    out[0] = '\0';
    for (unsigned i = 0; i < row->count && n + 1 < NAMES_LISTED_MAX; i++) {
        int length = snprintf(out + n, NAMES_LISTED_MAX - n, "%s\"%.*s\"", i ? ", " : "",
                              (int)row->cells[i].length, row->cells[i].text);
        n += length > 0 ? (size_t)length : 0;
    }
    if (n >= NAMES_LISTED_MAX)
        memcpy(out + NAMES_LISTED_MAX - 4, "...", 4);
}

static bool wish_name(struct wished *out, const char *wish, const struct row *first,
                      const char *input, struct failure *failure)
{
    char folded[NAME_MAX_FOLDED], listed[NAMES_LISTED_MAX];
    out->kind = WISH_NAME;
    out->column =
        fold(folded, wish, strlen(wish)) ? find_name(first, folded, COLUMN_NONE) : COLUMN_NONE;
    if (out->column != COLUMN_NONE)
        return true;
    list_names(listed, first);
    return failure_set(failure, EXIT_TROUBLE, "\"%s\" has no column \"%s\"; its columns are %s",
                       input, wish, listed);
}

static bool wish_of(struct wished *out, const char *wish, const struct row *first,
                    const char *input, struct failure *failure)
{
    unsigned number = 0;
    *out = (struct wished){WISH_NONE, COLUMN_NONE};
    if (!wish)
        return true;
    size_t digits = strspn(wish, "0123456789");
    if (digits == 0 || wish[digits] != '\0')
        return wish_name(out, wish, first, input, failure);
    for (size_t i = 0; i < digits && number <= COLUMNS_MAX; i++)
        number = number * 10 + (unsigned)(wish[i] - '0');
    if (number < 1 || number > COLUMNS_MAX)
        return failure_set(failure, EXIT_TROUBLE, "column \"%s\": columns count from 1 to %d", wish,
                           COLUMNS_MAX);
    *out = (struct wished){WISH_NUMBER, number - 1};
    return true;
}

/* ---- what the first row says ---- */

static bool cell_parses(const struct cell *cell)
{
    struct target target;
    struct target_reason why;
    return target_parse(&target, cell->text, cell->length, ~(ip_count)0, &why);
}

/* A first row whose item cell tries to be an address is data, and a typo in it is a refused row.
 * Only another cell that says "ip" outweighs a cell like "1st". */
static enum header_kind header_kind(const struct row *first, unsigned item_column)
{
    static const struct cell missing = {"", 0};
    const struct cell *item = item_column < first->count ? &first->cells[item_column] : &missing;
    bool names_ip = find_known(first, NAMES(ip_names), COLUMN_NONE) != COLUMN_NONE;
    bool names_host = find_known(first, NAMES(host_names), COLUMN_NONE) != COLUMN_NONE;
    if (target_looks_like_item(item->text, item->length))
        return names_ip && !cell_parses(item) ? HEADER_KNOWN : HEADER_NONE;
    if (names_ip || names_host)
        return HEADER_KNOWN;
    return item == &missing ? HEADER_NONE : HEADER_GUESSED;
}

/* A header that names columns, but none of them for host names, has something else in its second
 * column. */
static unsigned choose_host(const struct row *first, enum header_kind header, unsigned ip)
{
    enum { SECOND = 1 };
    if (header == HEADER_KNOWN)
        return find_known(first, NAMES(host_names), ip);
    return ip == SECOND ? COLUMN_NONE : SECOND;
}

/* Without a name for it: the first column that is not the one of host names. */
static unsigned choose_ip(const struct row *first, enum header_kind header, unsigned host)
{
    if (header == HEADER_KNOWN) {
        unsigned named = find_known(first, NAMES(ip_names), host);
        if (named != COLUMN_NONE)
            return named;
        if (host == COLUMN_NONE && first->count > 1)
            host = find_known(first, NAMES(host_names), COLUMN_NONE);
    }
    return host == 0 ? 1 : 0;
}

bool columns_decide(struct columns *out, const struct row *first,
                    const struct column_choice *choice, const char *input, struct failure *failure)
{
    struct wished ip, host;
    if (!wish_of(&ip, choice->ip, first, input, failure) ||
        !wish_of(&host, choice->host, first, input, failure))
        return false;
    if (ip.kind == WISH_NAME || host.kind == WISH_NAME)
        out->header = HEADER_KNOWN;
    else
        out->header = header_kind(first, ip.kind == WISH_NUMBER ? ip.column
                                         : host.column == 0     ? 1
                                                                : 0);
    out->ip = ip.kind != WISH_NONE ? ip.column : choose_ip(first, out->header, host.column);
    out->host = host.kind != WISH_NONE ? host.column : choose_host(first, out->header, out->ip);
    return true;
}
