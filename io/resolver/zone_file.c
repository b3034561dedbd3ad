#include "io/resolver/zone_file.h"

#include <ldns/ldns.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/input/source.h"

enum {
    TTL_DEFAULT = 3600,
    PORTION = 64 * 1024, /* size of the first buffer, which doubles when it is full */
    SOA_NUMBERS = 20,
    RDATA_MAX = 65535,
};

struct zone_reader {
    struct zone_set *set;
    struct zone *zone; /* NULL until its name is known */
    const char *path;
    const char *text;
    size_t length;
    FILE *file;    /* over text */
    size_t begins; /* offset of the current record */
    int line;      /* and its line */
    uint32_t ttl;
    bool has_ttl; /* a $TTL was read */
    ldns_rdf *origin;
    ldns_rdf *previous;       /* owner: that of a line that begins with a blank */
    uint8_t rdata[RDATA_MAX]; /* of the current record */
    struct failure *failure;
};

static bool refuse(struct zone_reader *reader, const char *reason)
{
    return failure_set(reader->failure, EXIT_TROUBLE, "%s:%d: %s", reader->path, reader->line,
                       reason);
}

static bool refuse_file(struct zone_reader *reader, const char *reason)
{
    return failure_set(reader->failure, EXIT_TROUBLE, "%s: %s", reader->path, reason);
}

/* ---- checks before the parser ---- */

static bool has_directive(const char *line, size_t length, const char *directive)
{
    size_t size = strlen(directive);

    return length >= size && strncasecmp(line, directive, size) == 0;
}

/* Refuses what the parser does not support, or would misread. */
static bool check_lines(struct zone_reader *reader)
{
    const char *end = reader->text + reader->length;

    reader->line = 1;
    for (const char *at = reader->text; at < end; reader->line++) {
        const char *lf = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((lf ? lf : end) - at);
        if (memchr(at, '\0', length))
            return refuse(reader, "this is no text: it holds a NUL");
        if (has_directive(at, length, "$INCLUDE") || has_directive(at, length, "$GENERATE"))
            return refuse(reader,
                          "$INCLUDE and $GENERATE are not supported: write them out first, with "
                          "named-compilezone -f text -F text -s full -o OUT ZONE FILE");
        at = lf ? lf + 1 : end;
    }
    return true;
}

/* ---- records ---- */

static bool is_status_without_record(ldns_status status)
{
    return status == LDNS_STATUS_SYNTAX_EMPTY || status == LDNS_STATUS_SYNTAX_TTL ||
           status == LDNS_STATUS_SYNTAX_ORIGIN;
}

enum step { STEP_RECORD, STEP_END, STEP_REFUSED };

/* Finds the next line with content from the position of the parser. The parser skips blank lines
 * and comments together with the record after them, so its own line count is of no use. */
static void find_line(struct zone_reader *reader)
{
    long reached = ftell(reader->file);
    size_t end = reached > 0 ? (size_t)reached : 0;
    size_t at = reader->begins;

    while (at < reader->length) {
        const char *line = reader->text + at;
        const char *lf = memchr(line, '\n', reader->length - at);
        size_t length = lf ? (size_t)(lf - line) : reader->length - at;
        size_t blank = 0;
        while (blank < length && strchr(" \t\r", line[blank]))
            blank++;
        bool empty = blank == length || line[blank] == ';';
        if (!lf || (at >= end && !empty))
            break;
        at += length + 1;
        reader->line++;
    }
    reader->begins = at;
}

static enum step next_record(struct zone_reader *reader, ldns_rr **out)
{
    int unused_line = 0;

    while (!feof(reader->file)) {
        find_line(reader);
        *out = NULL;
        ldns_status status = ldns_rr_new_frm_fp_l(out, reader->file, &reader->ttl, &reader->origin,
                                                  &reader->previous, &unused_line);
        if (status == LDNS_STATUS_OK && *out)
            return STEP_RECORD;
        ldns_rr_free(*out);
        if (status == LDNS_STATUS_SYNTAX_TTL)
            reader->has_ttl = true;
        if (!is_status_without_record(status)) {
            refuse(reader, ldns_get_errorstr_by_id(status));
            return STEP_REFUSED;
        }
    }
    return STEP_END;
}

static bool name_of(struct dnsname *out, const ldns_rdf *rdf)
{
    return rdf && dnsname_from_wire(out, ldns_rdf_data(rdf), ldns_rdf_size(rdf));
}

/* Encodes RDATA for the wire, without name compression. False: it does not fit. */
static bool encode(struct zone_reader *reader, const ldns_rr *rr, uint16_t *rdlen)
{
    size_t used = 0;

    for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
        const ldns_rdf *field = ldns_rr_rdf(rr, i);
        size_t size = field ? ldns_rdf_size(field) : 0;
        if (size > RDATA_MAX - used)
            return false;
        if (size > 0)
            memcpy(reader->rdata + used, ldns_rdf_data(field), size);
        used += size;
    }
    *rdlen = (uint16_t)used;
    return true;
}

static size_t name_size(const uint8_t *at, size_t length)
{
    struct dnsname name;

    for (size_t i = 0; i < length && i < DNSNAME_MAX; i += 1u + at[i]) {
        if (at[i] == 0)
            return dnsname_from_wire(&name, at, i + 1) ? i + 1 : 0;
    }
    return 0;
}

/* RDATA in the generic form of RFC 3597 5 can hold any octets. */
static bool is_sound(uint16_t type, const uint8_t *rdata, size_t rdlen)
{
    size_t first = name_size(rdata, rdlen);

    switch (type) {
    case RR_A:
        return rdlen == 4;
    case RR_AAAA:
        return rdlen == 16;
    case RR_PTR:
    case RR_NS:
    case RR_CNAME:
    case RR_DNAME:
        return first > 0 && first == rdlen;
    case RR_SOA: {
        size_t second = first > 0 ? name_size(rdata + first, rdlen - first) : 0;
        return second > 0 && first + second + SOA_NUMBERS == rdlen;
    }
    default:
        return true;
    }
}

/* Without $TTL the SOA sets the TTL of the records that have none. */
static void take_soa_ttl(struct zone_reader *reader, uint16_t rdlen)
{
    const uint8_t *minimum = reader->rdata + rdlen - 4;

    if (!reader->has_ttl)
        reader->ttl = (uint32_t)minimum[0] << 24 | (uint32_t)minimum[1] << 16 |
                      (uint32_t)minimum[2] << 8 | minimum[3];
}

static bool check_soa(struct zone_reader *reader, const struct dnsname *owner, uint16_t rdlen,
                      bool *again)
{
    const struct zone_record *soa = zone_soa(reader->zone);

    if (!dnsname_equal(owner, zone_apex(reader->zone)))
        return refuse(reader,
                      soa ? "a second SOA, of another zone: a file holds one zone"
                          : "the owner of the SOA is not absolute: write it with a dot at its end, "
                            "or begin the file with $ORIGIN");
    *again = soa != NULL;
    if (soa && (soa->rdlen != rdlen || memcmp(soa->rdata, reader->rdata, rdlen) != 0))
        return refuse(reader, "a second SOA: a zone has one");
    return true;
}

static bool check_wildcard(struct zone_reader *reader, const struct dnsname *owner, uint16_t type)
{
    bool wild = owner->wire[0] == 1 && owner->wire[1] == '*';

    if (wild && (type == RR_NS || type == RR_DNAME || type == RR_SOA))
        return refuse(reader, "a wildcard cannot own NS, DNAME or SOA (RFC 4592 4)");
    return true;
}

static bool add(struct zone_reader *reader, const struct dnsname *owner, const ldns_rr *rr,
                uint16_t rdlen)
{
    uint16_t type = (uint16_t)ldns_rr_get_type(rr);

    switch (zone_add(reader->zone, owner, type, ldns_rr_ttl(rr), reader->rdata, rdlen)) {
    case ZONE_ADDED:
        return true;
    case ZONE_OUTSIDE:
        return refuse(
            reader, "the record is out of the zone: is a dot missing or too much at a name's end?");
    case ZONE_ALIAS_AND_OTHERS:
        return refuse(reader, "a CNAME and other records at one name (RFC 1034 3.6.2)");
    case ZONE_TWO_ALIASES:
        return refuse(reader, "a second CNAME at one name (RFC 2181 10.1)");
    case ZONE_TOO_MUCH:
        return refuse(reader, "more than 48 KiB of records at one name: no reply would hold them");
    case ZONE_NO_MEMORY:
        return failure_out_of_memory(reader->failure);
    }
    return false;
}

static bool take_record(struct zone_reader *reader, const ldns_rr *rr)
{
    struct dnsname owner;
    uint16_t rdlen;
    uint16_t type = (uint16_t)ldns_rr_get_type(rr);
    bool again = false;

    if (ldns_rr_get_class(rr) != LDNS_RR_CLASS_IN)
        return refuse(reader, "the class is not IN");
    if (!name_of(&owner, ldns_rr_owner(rr)) || !encode(reader, rr, &rdlen) ||
        !is_sound(type, reader->rdata, rdlen))
        return refuse(reader, "the record is not well formed");
    if (!check_wildcard(reader, &owner, type))
        return false;
    if (type == RR_SOA) {
        if (!check_soa(reader, &owner, rdlen, &again))
            return false;
        take_soa_ttl(reader, rdlen);
    }
    return again || add(reader, &owner, rr, rdlen);
}

/* ---- the two passes over a file ---- */

static bool begin_pass(struct zone_reader *reader, const struct dnsname *origin)
{
    static const struct dnsname root = {.length = 1, .wire = {0}};
    const struct dnsname *name = origin ? origin : &root;

    rewind(reader->file);
    reader->begins = 0;
    reader->line = 1;
    ldns_rdf_deep_free(reader->origin);
    ldns_rdf_deep_free(reader->previous);
    reader->previous = NULL;
    reader->ttl = TTL_DEFAULT;
    reader->has_ttl = false;
    reader->origin = ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, name->length, name->wire);
    return reader->origin || failure_out_of_memory(reader->failure);
}

/* The first pass ends at the SOA, whose owner is the apex. */
static bool find_apex(struct zone_reader *reader, struct dnsname *apex)
{
    ldns_rr *rr;
    enum step step;

    if (!begin_pass(reader, NULL))
        return false;
    while ((step = next_record(reader, &rr)) == STEP_RECORD) {
        bool soa = ldns_rr_get_type(rr) == LDNS_RR_TYPE_SOA;
        bool good =
            !soa || name_of(apex, ldns_rr_owner(rr)) || refuse(reader, "the owner is no name");
        ldns_rr_free(rr);
        if (soa)
            return good && (apex->length > 1 ||
                            refuse(reader, "the zone has no name: begin the file with "
                                           "$ORIGIN, or write the owner of the SOA in full"));
    }
    return step == STEP_END &&
           refuse_file(reader, "there is no SOA record in this file: it is no zone");
}

static bool begin_zone(struct zone_reader *reader, const struct dnsname *apex)
{
    const struct zone *other = zone_set_find(reader->set, apex);

    if (other)
        return failure_set(reader->failure, EXIT_TROUBLE,
                           "%s:%d: this zone was read from %s already", reader->path, reader->line,
                           zone_path(other));
    if (zone_set_count(reader->set) == ZONES_MAX)
        return failure_set(reader->failure, EXIT_TROUBLE, "%s: more than %d zones", reader->path,
                           ZONES_MAX);
    reader->zone = zone_set_add(reader->set, apex, reader->path);
    return reader->zone || failure_out_of_memory(reader->failure);
}

static bool take_records(struct zone_reader *reader, const struct dnsname *apex)
{
    ldns_rr *rr;
    bool good = true;
    enum step step = STEP_END;

    if (!begin_pass(reader, apex))
        return false;
    while (good && (step = next_record(reader, &rr)) == STEP_RECORD) {
        good = take_record(reader, rr);
        ldns_rr_free(rr);
    }
    return good && step == STEP_END;
}

bool zone_text_load(struct zone_set *set, const char *path, const char *text, size_t length,
                    struct failure *failure)
{
    struct dnsname apex;
    bool good = false;
    struct zone_reader *reader = calloc(1, sizeof(*reader));

    if (!reader)
        return failure_out_of_memory(failure);
    reader->set = set;
    reader->path = path;
    reader->text = text;
    reader->length = length;
    reader->failure = failure;
    if (length == 0) {
        refuse_file(reader, "the file is empty: it is no zone");
        goto out;
    }
    /* The stream is only read. */
    reader->file = fmemopen((void *)(uintptr_t)text, length, "r");
    if (!reader->file)
        failure_out_of_memory(reader->failure);
    else
        good = check_lines(reader) && find_apex(reader, &apex) && begin_zone(reader, &apex) &&
               take_records(reader, &apex);
out:
    if (reader->file)
        fclose(reader->file);
    ldns_rdf_deep_free(reader->origin);
    ldns_rdf_deep_free(reader->previous);
    free(reader);
    return good;
}

/* ---- files ---- */

/* Reads the whole file. The caller frees *text, after a failure too. */
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

/* FNV-1a over length and text: the digest also changes when text moves from one file to the next.
 */
static void digest_text(uint64_t *digest, const char *text, size_t length)
{
    uint64_t hash = (*digest ^ length) * UINT64_C(0x100000001b3);

    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (uint8_t)text[i]) * UINT64_C(0x100000001b3);
    *digest = hash;
}

bool zone_file_load(struct zone_set *set, const char *path, uint64_t *digest,
                    struct failure *failure)
{
    char *text = NULL;
    size_t length = 0;
    struct source *source = source_open(path, failure);

    if (!source)
        return false;
    bool good = read_text(source, path, &text, &length, failure);
    source_close(source);
    if (good) {
        digest_text(digest, text, length);
        good = zone_text_load(set, path, text, length, failure);
    }
    free(text);
    return good;
}

const char *zone_file_parser_version(void)
{
    return ldns_version();
}
