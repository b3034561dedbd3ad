#include "io/resolver/root_data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/resolver/zone_file.h"
#include "io/resolver/zone_record.h"

enum { NAMES_MAX = 64, TYPE_A = 1, TYPE_NS = 2, TYPE_AAAA = 28, TYPE_DS = 43, TYPE_DNSKEY = 48 };

static const struct dnsname ROOT = {.length = 1, .wire = {0}};

/* One record of a file. */
struct record {
    struct dnsname owner;
    struct zone_rdata rdata;
    const struct zone_word *words; /* its type and RDATA */
    unsigned count;
};

/* A file on its way into the root data. */
struct reader {
    struct root_data *out;
    const char *path;
    struct zone_lexer lexer;
    struct zone_entry *entry;
    struct zone_parser *parser;
    struct dnsname owner; /* of the last record */
    unsigned name_count;  /* of the root servers */
    struct dnsname *names;
    struct failure *failure;
};

typedef bool record_fn(struct reader *reader, const struct record *record);

static bool refuse(struct reader *reader, const char *reason)
{
    return failure_set(reader->failure, EXIT_TROUBLE, "%s:%llu: %s", reader->path,
                       (unsigned long long)reader->entry->line, reason);
}

static bool is_ttl_or_class(const struct zone_word *word)
{
    uint64_t seconds;

    return zone_word_ttl(word, &seconds) || zone_word_is(word, "IN");
}

/* Relative names continue with the root. */
static bool take_record(struct reader *reader, record_fn *take)
{
    const struct zone_entry *entry = reader->entry;
    struct record record;
    unsigned at = entry->blank_owner ? 0 : 1;

    if (!entry->blank_owner && !zone_name_read(&reader->owner, &entry->words[0], &ROOT))
        return refuse(reader, "the owner is not a name");
    while (at < entry->count && is_ttl_or_class(&entry->words[at]))
        at++;
    if (at == entry->count)
        return refuse(reader, "the record has no type");
    record.words = entry->words + at;
    record.count = entry->count - at;
    dnsname_copy(&record.owner, &reader->owner);
    const char *reason =
        zone_record_read(reader->parser, record.words, record.count, &ROOT, &record.rdata);
    return reason ? refuse(reader, reason) : take(reader, &record);
}

static bool take_entry(struct reader *reader, record_fn *take)
{
    const struct zone_word *first = &reader->entry->words[0];

    if (reader->entry->blank_owner || first->length == 0 || first->start[0] != '$')
        return take_record(reader, take);
    return zone_word_is(first, "$TTL") ||
           refuse(reader, "of the directives only $TTL is supported here");
}

static bool read_records(struct reader *reader, const char *text, size_t length, record_fn *take)
{
    const char *fault = NULL;
    enum zone_lexeme lexeme;

    dnsname_copy(&reader->owner, &ROOT);
    zone_lexer_start(&reader->lexer, text, length);
    while ((lexeme = zone_lexer_next(&reader->lexer, reader->entry, &fault)) == ZONE_ENTRY) {
        if (!take_entry(reader, take))
            return false;
    }
    return lexeme == ZONE_TEXT_END || refuse(reader, fault);
}

/* ---- hints ---- */

static bool take_name(struct reader *reader, const struct record *record)
{
    bool of_root = record->rdata.type == TYPE_NS && record->owner.length == ROOT.length;

    if (!of_root || reader->name_count == NAMES_MAX)
        return true;
    return dnsname_from_wire(&reader->names[reader->name_count++], record->rdata.octets,
                             record->rdata.length) ||
           refuse(reader, "the name server is not a name");
}

static bool is_root_server(const struct reader *reader, const struct dnsname *name)
{
    for (unsigned i = 0; i < reader->name_count; i++) {
        if (dnsname_equal(&reader->names[i], name))
            return true;
    }
    return false;
}

static bool take_address(struct reader *reader, const struct record *record)
{
    struct root_data *out = reader->out;
    bool v4 = record->rdata.type == TYPE_A;

    if ((!v4 && record->rdata.type != TYPE_AAAA) || !is_root_server(reader, &record->owner) ||
        out->server_count == ROOT_SERVERS_MAX)
        return true;
    struct ipaddr *address = &out->servers[out->server_count++];
    *address = (struct ipaddr){.family = v4 ? IP_V4 : IP_V6};
    memcpy(address->bytes, record->rdata.octets, record->rdata.length);
    return true;
}

static bool read_hints(struct reader *reader, const char *text, size_t length)
{
    if (!read_records(reader, text, length, take_name) ||
        !read_records(reader, text, length, take_address))
        return false;
    return reader->out->server_count > 0 ||
           failure_set(reader->failure, EXIT_TROUBLE,
                       "%s names no root server: it needs NS records of the root, and A or AAAA "
                       "records of those names",
                       reader->path);
}

/* ---- trust anchor ---- */

static bool take_anchor(struct reader *reader, const struct record *record)
{
    struct root_data *out = reader->out;
    char owner[DNSNAME_TEXT_MAX];

    if (record->rdata.type != TYPE_DS && record->rdata.type != TYPE_DNSKEY)
        return true;
    if (out->anchor_count == ROOT_ANCHORS_MAX)
        return refuse(reader, "too many trust anchors");
    char *line = out->anchors[out->anchor_count++];
    dnsname_print_absolute(owner, &record->owner);
    size_t used = (size_t)snprintf(line, ROOT_ANCHOR_TEXT_MAX, "%s IN", owner);
    for (unsigned i = 0; i < record->count; i++) {
        const struct zone_word *word = &record->words[i];
        if (word->length + 2 > ROOT_ANCHOR_TEXT_MAX - used)
            return refuse(reader, "the trust anchor is too long");
        line[used++] = ' ';
        memcpy(line + used, word->start, word->length);
        used += word->length;
        line[used] = '\0';
    }
    return true;
}

static bool read_anchors(struct reader *reader, const char *text, size_t length)
{
    if (!read_records(reader, text, length, take_anchor))
        return false;
    return reader->out->anchor_count > 0 ||
           failure_set(reader->failure, EXIT_TROUBLE,
                       "%s holds no DNSSEC trust anchor: it needs DS or DNSKEY records",
                       reader->path);
}

/* ---- files ---- */

typedef bool read_fn(struct reader *reader, const char *text, size_t length);

static bool read_text(struct reader *reader, read_fn *read, const char *text, size_t length)
{
    reader->entry = malloc(sizeof(*reader->entry));
    reader->names = malloc(NAMES_MAX * sizeof(*reader->names));
    reader->parser = zone_parser_new();
    bool good = reader->entry && reader->names && reader->parser
                    ? read(reader, text, length)
                    : failure_out_of_memory(reader->failure);
    zone_parser_free(reader->parser);
    free(reader->names);
    free(reader->entry);
    return good;
}

static bool load(struct root_data *out, const char *path, read_fn *read, struct failure *failure)
{
    struct reader reader = {.out = out, .path = path, .failure = failure};
    char *text;
    size_t length = 0;
    bool good = zone_file_read(path, &text, &length, failure) &&
                read_text(&reader, read, text ? text : "", length);

    free(text);
    return good;
}

/* The default file may be missing: the package is only recommended. */
static bool load_default(struct root_data *out, const char *path, read_fn *read, const char *option,
                         struct failure *failure)
{
    struct failure why = {0};

    return load(out, path, read, &why) ||
           failure_set(failure, why.status,
                       "%s; the package dns-root-data has this file, or name one with --%s",
                       why.text, option);
}

bool root_data_load(struct root_data *out, const char *hints_path, const char *anchor_path,
                    struct failure *failure)
{
    *out = (struct root_data){.hints_path = hints_path ? hints_path : ROOT_HINTS_FILE,
                              .anchor_path = anchor_path ? anchor_path : ROOT_ANCHOR_FILE};
    bool good = hints_path ? load(out, hints_path, read_hints, failure)
                           : load_default(out, ROOT_HINTS_FILE, read_hints, "root-hints", failure);
    if (!good)
        return false;
    return anchor_path ? load(out, anchor_path, read_anchors, failure)
                       : load_default(out, ROOT_ANCHOR_FILE, read_anchors, "trust-anchor", failure);
}
