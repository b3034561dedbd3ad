#include "io/resolver/zone_text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "io/resolver/zone_record.h"

static const uint32_t TTL_MAX = INT32_MAX; /* RFC 2181 8: a larger one means 0 */
static const struct dnsname ROOT = {.length = 1, .wire = {0}};

/* One file on its way into the set. */
struct zone_reader {
    struct zone_set *set;
    struct zone *zone; /* NULL until its name is known */
    const char *path;
    struct zone_lexer lexer;
    struct zone_entry *entry;
    struct zone_parser *parser;
    struct dnsname origin;
    struct dnsname owner; /* of the last record */
    bool has_owner;
    bool has_default_ttl; /* by $TTL, or by a SOA record without a TTL */
    bool has_last_ttl;
    uint32_t default_ttl;
    uint32_t last_ttl; /* stated in a record */
    struct failure *failure;
};

static bool refuse(struct zone_reader *reader, const char *reason)
{
    return failure_set(reader->failure, EXIT_TROUBLE, "%s:%llu: %s", reader->path,
                       (unsigned long long)reader->entry->line, reason);
}

static bool refuse_file(struct zone_reader *reader, const char *reason)
{
    return failure_set(reader->failure, EXIT_TROUBLE, "%s: %s", reader->path, reason);
}

static bool refuse_word(struct zone_reader *reader, const char *reason,
                        const struct zone_word *word)
{
    enum { SHOWN = 40 };

    return failure_set(reader->failure, EXIT_TROUBLE, "%s:%llu: %s: %.*s%s", reader->path,
                       (unsigned long long)reader->entry->line, reason,
                       (int)(word->length < SHOWN ? word->length : SHOWN), word->start,
                       word->length < SHOWN ? "" : "...");
}

static void start_reading(struct zone_reader *reader, const char *text, size_t length,
                          const struct dnsname *origin)
{
    zone_lexer_start(&reader->lexer, text, length);
    dnsname_copy(&reader->origin, origin);
    reader->has_owner = reader->has_default_ttl = reader->has_last_ttl = false;
}

/* ---- directives ---- */

static bool take_origin(struct zone_reader *reader, const struct zone_word *word)
{
    struct dnsname origin;

    if (!zone_name_read(&origin, word, &reader->origin))
        return refuse_word(reader, "$ORIGIN is followed by something that is not a name", word);
    dnsname_copy(&reader->origin, &origin);
    return true;
}

static uint32_t ttl_in_range(uint32_t ttl)
{
    return ttl > TTL_MAX ? 0 : ttl;
}

static bool take_ttl(struct zone_reader *reader, const struct zone_word *word, uint64_t seconds,
                     uint32_t *ttl)
{
    if (seconds > UINT32_MAX)
        return refuse_word(reader, "the TTL does not fit 32 bits", word);
    *ttl = ttl_in_range((uint32_t)seconds);
    return true;
}

static bool take_default_ttl(struct zone_reader *reader, const struct zone_word *word)
{
    uint64_t seconds;

    if (!zone_word_ttl(word, &seconds))
        return refuse_word(reader, "$TTL is followed by something that is not a TTL", word);
    reader->has_default_ttl = true;
    return take_ttl(reader, word, seconds, &reader->default_ttl);
}

static bool take_directive(struct zone_reader *reader)
{
    const struct zone_word *words = reader->entry->words;

    if (zone_word_is(&words[0], "$INCLUDE") || zone_word_is(&words[0], "$GENERATE"))
        return refuse(reader,
                      "$INCLUDE and $GENERATE are not supported: write them out first, with "
                      "named-compilezone -f text -F text -s full -o OUT ZONE FILE");
    bool is_origin = zone_word_is(&words[0], "$ORIGIN");
    if (!is_origin && !zone_word_is(&words[0], "$TTL"))
        return refuse_word(reader, "this directive is unknown", &words[0]);
    if (reader->entry->count != 2)
        return refuse(reader, is_origin ? "$ORIGIN is followed by one name"
                                        : "$TTL is followed by one number");
    return is_origin ? take_origin(reader, &words[1]) : take_default_ttl(reader, &words[1]);
}

/* ---- owner, TTL, class ---- */

/* The words of a record from its type on, and what comes before. */
struct zone_head {
    unsigned type_at;
    bool has_ttl;
    uint32_t ttl;
};

static bool read_owner(struct zone_reader *reader)
{
    const struct zone_word *word = &reader->entry->words[0];
    struct dnsname owner;

    if (reader->entry->blank_owner)
        return reader->has_owner ||
               refuse(reader, "the first record has no owner: its line begins with a blank");
    if (!zone_name_read(&owner, word, &reader->origin))
        return refuse_word(reader, "the owner is not a name", word);
    dnsname_copy(&reader->owner, &owner);
    reader->has_owner = true;
    return true;
}

static bool is_class_in(const struct zone_word *word)
{
    return zone_word_is(word, "IN") || zone_word_is(word, "CLASS1");
}

static bool is_other_class(const struct zone_word *word)
{
    return zone_word_is(word, "CH") || zone_word_is(word, "CHAOS") || zone_word_is(word, "HS") ||
           zone_word_is(word, "HESIOD") ||
           (word->length > strlen("CLASS") && strncasecmp(word->start, "CLASS", 5) == 0);
}

/* Microsoft's DNS server writes "[AGE:3670000]" before the TTL of records that clients registered.
 */
static bool is_age(const struct zone_word *word)
{
    return word->length > strlen("[AGE:") && strncasecmp(word->start, "[AGE:", 5) == 0 &&
           word->start[word->length - 1] == ']';
}

/* [age] and TTL and class in either order, each once (RFC 1035 5.1); then the type. */
static bool read_head(struct zone_reader *reader, struct zone_head *head)
{
    const struct zone_entry *entry = reader->entry;
    bool has_class = false;
    uint64_t seconds;

    *head = (struct zone_head){.type_at = entry->blank_owner ? 0 : 1};
    if (head->type_at < entry->count && is_age(&entry->words[head->type_at]))
        head->type_at++;
    for (; head->type_at < entry->count; head->type_at++) {
        const struct zone_word *word = &entry->words[head->type_at];

        if (!has_class && is_class_in(word)) {
            has_class = true;
        } else if (is_other_class(word)) {
            return refuse_word(reader, "the class is not IN", word);
        } else if (!head->has_ttl && zone_word_ttl(word, &seconds)) {
            head->has_ttl = true;
            if (!take_ttl(reader, word, seconds, &head->ttl))
                return false;
        } else {
            return true;
        }
    }
    return refuse(reader, "the record ends before its type");
}

/* The TTL of a record (RFC 2308 4, RFC 1035 5.1): its own, that of $TTL, or the last one stated; of
 * a SOA record without any, its MINIMUM, which then is the default. */
static bool choose_ttl(struct zone_reader *reader, struct zone_head *head,
                       const struct zone_rdata *rdata)
{
    if (head->has_ttl) {
        reader->last_ttl = head->ttl;
        reader->has_last_ttl = true;
    } else if (reader->has_default_ttl) {
        head->ttl = reader->default_ttl;
    } else if (reader->has_last_ttl) {
        head->ttl = reader->last_ttl;
    } else if (rdata->type == RR_SOA) {
        const uint8_t *minimum = rdata->octets + rdata->length - 4;

        head->ttl = reader->default_ttl =
            ttl_in_range((uint32_t)minimum[0] << 24 | (uint32_t)minimum[1] << 16 |
                         (uint32_t)minimum[2] << 8 | minimum[3]);
        reader->has_default_ttl = true;
    } else {
        return refuse(reader, "no TTL: neither the record nor $TTL nor a record before states one");
    }
    return true;
}

/* ---- records ---- */

static bool check_soa(struct zone_reader *reader, const struct zone_rdata *rdata)
{
    const struct zone_record *soa = zone_soa(reader->zone);

    if (!dnsname_equal(&reader->owner, zone_apex(reader->zone)))
        return refuse(reader, "a SOA record below the zone's name: is a dot missing at the end of "
                              "its owner or of $ORIGIN?");
    if (soa &&
        (soa->rdlen != rdata->length || memcmp(soa->rdata, rdata->octets, rdata->length) != 0))
        return refuse(reader, "a second SOA record: a zone has one");
    return true;
}

static bool add(struct zone_reader *reader, uint32_t ttl, const struct zone_rdata *rdata)
{
    switch (
        zone_add(reader->zone, &reader->owner, rdata->type, ttl, rdata->octets, rdata->length)) {
    case ZONE_ADDED:
        return true;
    case ZONE_OUTSIDE:
        zone_count_outside(reader->zone, reader->entry->line);
        return true;
    case ZONE_ALIAS_AND_OTHERS:
        return refuse(reader, "a CNAME and other records at one name (RFC 1034 3.6.2)");
    case ZONE_TWO_ALIASES:
        return refuse(reader, "a second CNAME or DNAME at one name (RFC 2181 10.1, RFC 6672 2.4)");
    case ZONE_TOO_MUCH:
        return refuse(reader, "more than 48 KiB of records at one name: no reply would hold them");
    case ZONE_NO_MEMORY:
        break;
    }
    return failure_out_of_memory(reader->failure);
}

static bool take_record(struct zone_reader *reader)
{
    struct zone_head head;
    struct zone_rdata rdata;
    bool wild;

    if (!read_owner(reader) || !read_head(reader, &head))
        return false;
    const char *fault =
        zone_record_read(reader->parser, &reader->entry->words[head.type_at],
                         reader->entry->count - head.type_at, &reader->origin, &rdata);
    if (fault)
        return refuse_word(reader, fault, &reader->entry->words[head.type_at]);
    if (!choose_ttl(reader, &head, &rdata))
        return false;
    wild = reader->owner.wire[0] == 1 && reader->owner.wire[1] == '*';
    if (wild && rdata.type == RR_NS)
        return refuse(reader, "a wildcard cannot own an NS record (RFC 4592 4.2)");
    if (rdata.type == RR_SOA && dnsname_within(&reader->owner, zone_apex(reader->zone)) &&
        !check_soa(reader, &rdata))
        return false;
    return add(reader, head.ttl, &rdata);
}

/* ---- the whole file ---- */

/* Takes the next entry: a directive at once, a record through `take`. False at a fault. */
static bool read_entries(struct zone_reader *reader, bool (*take)(struct zone_reader *, bool *))
{
    const char *fault;
    bool stop = false;

    while (!stop) {
        enum zone_lexeme lexeme = zone_lexer_next(&reader->lexer, reader->entry, &fault);
        const struct zone_word *first = &reader->entry->words[0];

        if (lexeme == ZONE_TEXT_END)
            return true;
        if (lexeme == ZONE_FAULT)
            return refuse(reader, fault);
        bool directive = !reader->entry->blank_owner && !first->quoted && first->start[0] == '$';
        if (!(directive ? take_directive(reader) : take(reader, &stop)))
            return false;
    }
    return true;
}

static bool take_into_zone(struct zone_reader *reader, bool *stop)
{
    *stop = false;
    return take_record(reader);
}

/* Looks for the SOA record alone: its owner is the zone. */
static bool take_apex(struct zone_reader *reader, bool *stop)
{
    struct zone_head head;

    if (!read_owner(reader) || !read_head(reader, &head))
        return false;
    *stop = zone_word_is(&reader->entry->words[head.type_at], "SOA");
    return true;
}

static bool find_apex(struct zone_reader *reader, struct dnsname *apex)
{
    if (!read_entries(reader, take_apex))
        return false;
    if (reader->entry->count == 0)
        return refuse_file(reader, "no SOA record: this file is not a zone");
    if (reader->owner.length == 1)
        return refuse(reader, "the zone has no name: use --zone NAME=FILE, or begin the file with "
                              "$ORIGIN");
    dnsname_copy(apex, &reader->owner);
    return true;
}

static bool begin_zone(struct zone_reader *reader, const struct dnsname *apex)
{
    const struct zone *other = zone_set_find(reader->set, apex);

    if (other)
        return failure_set(reader->failure, EXIT_TROUBLE, "%s: the same zone as in %s",
                           reader->path, zone_path(other));
    if (zone_set_count(reader->set) == ZONES_MAX)
        return failure_set(reader->failure, EXIT_TROUBLE, "%s: more than %d zones", reader->path,
                           ZONES_MAX);
    reader->zone = zone_set_add(reader->set, apex, reader->path);
    return reader->zone || failure_out_of_memory(reader->failure);
}

/* A name server inside the zone has an address there, unless its name is delegated. named refuses
 * the zone otherwise, NSD loads it: a note, since the PTR and address records are what counts here.
 */
static void check_name_server(struct zone_reader *reader, const struct dnsname *server)
{
    struct zone_answer answer = zone_look_up(reader->zone, server, RR_A);

    if (answer.finding == ZONE_NODATA)
        answer = zone_look_up(reader->zone, server, RR_AAAA);
    if (answer.finding != ZONE_HAS && answer.finding != ZONE_DELEGATED)
        zone_note_server(reader->zone, server,
                         answer.finding == ZONE_ALIAS || answer.finding == ZONE_RENAMED);
}

static bool check_zone(struct zone_reader *reader)
{
    const struct dnsname *apex = zone_apex(reader->zone);
    struct dnsname server;

    if (!zone_soa(reader->zone))
        return refuse_file(reader, "no SOA record at the zone's name: this file is not that zone");
    struct zone_answer servers = zone_look_up(reader->zone, apex, RR_NS);
    if (servers.finding != ZONE_HAS)
        return refuse_file(reader, "no NS record at the zone's name: no server loads such a zone");
    for (const struct zone_record *record = servers.records; record;
         record = zone_record_of(record->next, RR_NS)) {
        if (dnsname_from_wire(&server, record->rdata, record->rdlen) &&
            dnsname_within(&server, apex))
            check_name_server(reader, &server);
    }
    return true;
}

static bool read_zone(struct zone_reader *reader, const struct dnsname *name, const char *text,
                      size_t length)
{
    struct dnsname apex;

    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        return refuse_file(reader, "the file begins with a byte order mark: save it without one");
    if (name) {
        dnsname_copy(&apex, name);
    } else {
        start_reading(reader, text, length, &ROOT);
        if (!find_apex(reader, &apex))
            return false;
    }
    start_reading(reader, text, length, &apex);
    return begin_zone(reader, &apex) && read_entries(reader, take_into_zone) && check_zone(reader);
}

bool zone_text_load(struct zone_set *set, const struct dnsname *name, const char *path,
                    const char *text, size_t length, struct failure *failure)
{
    bool good = false;
    struct zone_reader *reader = calloc(1, sizeof(*reader));
    struct zone_entry *entry = malloc(sizeof(*entry));
    struct zone_parser *parser = zone_parser_new();

    if (reader && entry && parser) {
        entry->line = 1;
        *reader = (struct zone_reader){
            .set = set, .path = path, .entry = entry, .parser = parser, .failure = failure};
        good = read_zone(reader, name, text, length);
    } else {
        failure_out_of_memory(failure);
    }
    zone_parser_free(parser);
    free(entry);
    free(reader);
    return good;
}
