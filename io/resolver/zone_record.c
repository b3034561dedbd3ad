#include "io/resolver/zone_record.h"

#include <libzscanner/scanner.h>
#include <libzscanner/version.h>
#include <stdlib.h>
#include <string.h>

#include "audit/answer.h"
#include "audit/ascii.h"
#include "io/resolver/zone_set.h"

enum {
    TEXT_MAX = 512 * 1024, /* 64 KiB of RDATA take four characters an octet at most */
    ESCAPED = 4,           /* "\DDD" */
    CLASS_IN = 1,
    TYPE_TXT = 16,
    TYPE_SPF = 99,
    TYPE_CAA = 257,
    STRING_MAX = 255, /* a character-string (RFC 1035 3.3) */
    SOA_NUMBERS = 20, /* octets of the five numbers after the two names */
};

struct zone_parser {
    zs_scanner_t scanner;
    size_t used;
    char text[TEXT_MAX];
};

struct zone_parser *zone_parser_new(void)
{
    struct zone_parser *parser = malloc(sizeof(*parser));

    if (parser && zs_init(&parser->scanner, ".", CLASS_IN, 0) != 0) {
        free(parser);
        return NULL;
    }
    return parser;
}

void zone_parser_free(struct zone_parser *parser)
{
    if (parser)
        zs_deinit(&parser->scanner);
    free(parser);
}

#define DIGITS(number) DIGITS_OF(number)
#define DIGITS_OF(number) #number

const char *zone_parser_version(void)
{
    return DIGITS(ZSCANNER_VERSION_MAJOR) "." DIGITS(ZSCANNER_VERSION_MINOR);
}

/* ---- names ---- */

/* The octet that an escape means, and how many characters it takes; 0: not an escape. */
static size_t read_escape(const char *at, size_t left, uint8_t *octet)
{
    if (left < 2)
        return 0;
    *octet = (uint8_t)at[1];
    if (!ascii_is_digit(at[1]))
        return 2;
    if (left < ESCAPED || !ascii_is_digit(at[2]) || !ascii_is_digit(at[3]))
        return 0;
    unsigned value =
        (unsigned)(at[1] - '0') * 100 + (unsigned)(at[2] - '0') * 10 + (unsigned)(at[3] - '0');
    *octet = (uint8_t)value;
    return value <= UINT8_MAX ? ESCAPED : 0;
}

/* Reads a label from *at on; false: it is empty or too long. */
static bool read_label(struct dnsname *out, unsigned *size, const char *text, size_t length,
                       size_t *at)
{
    unsigned start = (*size)++;

    for (; *at < length && text[*at] != '.'; (*size)++) {
        uint8_t octet = (uint8_t)text[*at];
        size_t taken = octet == '\\' ? read_escape(text + *at, length - *at, &octet) : 1;

        if (taken == 0 || *size == DNSNAME_MAX - 1 || *size - start > DNSLABEL_MAX)
            return false;
        out->wire[*size] = octet;
        *at += taken;
    }
    out->wire[start] = (uint8_t)(*size - start - 1);
    return *size - start > 1;
}

bool zone_name_read(struct dnsname *out, const struct zone_word *word, const struct dnsname *origin)
{
    unsigned size = 0;
    bool absolute = false;

    if (word->length == 1 && word->start[0] == '@' && !word->quoted) {
        dnsname_copy(out, origin);
        return true;
    }
    if (word->length == 1 && word->start[0] == '.')
        return dnsname_from_text(out, ".", 1);
    for (size_t at = 0; at < word->length;) {
        if (size >= DNSNAME_MAX - 1 || !read_label(out, &size, word->start, word->length, &at))
            return false;
        absolute = at < word->length && at + 1 == word->length;
        at += at < word->length;
    }
    if (word->length == 0 || size + (absolute ? 1u : origin->length) > DNSNAME_MAX)
        return false;
    if (absolute)
        out->wire[size] = 0;
    else
        memcpy(out->wire + size, origin->wire, origin->length);
    out->length = (uint8_t)(size + (absolute ? 1u : origin->length));
    return true;
}

/* ---- the text of one record, as libzscanner wants it ---- */

static bool put(struct zone_parser *parser, const char *text, size_t length)
{
    if (length > TEXT_MAX - parser->used)
        return false;
    memcpy(parser->text + parser->used, text, length);
    parser->used += length;
    return true;
}

/* Octets that libzscanner does not take in a name, though servers do. */
static bool put_octet_of_name(struct zone_parser *parser, char c)
{
    unsigned char octet = (unsigned char)c;
    const char escaped[ESCAPED] = {'\\', (char)('0' + octet / 100), (char)('0' + octet / 10 % 10),
                                   (char)('0' + octet % 10)};
    bool plain = ascii_is_letter(c) || ascii_is_digit(c) || c == '-' || c == '_' || c == '.' ||
                 c == '*' || c == '/';

    return plain ? put(parser, &c, 1) : put(parser, escaped, sizeof(escaped));
}

/* A word, its escapes checked: libzscanner takes \256 for \000 in names. */
static const char *put_word(struct zone_parser *parser, const struct zone_word *word, bool is_name)
{
    static const char TOO_LONG[] = "the record is too long";
    uint8_t octet;

    if (!put(parser, word->quoted ? " \"" : " ", word->quoted ? 2 : 1))
        return TOO_LONG;
    for (size_t at = 0; at < word->length;) {
        const char *c = word->start + at;
        size_t taken = *c == '\\' ? read_escape(c, word->length - at, &octet) : 1;

        if (taken == 0)
            return "an escape is not \\X or \\DDD with DDD up to 255";
        if (is_name && taken == 1 && !(word->length == 1 && *c == '@')) {
            if (!put_octet_of_name(parser, *c))
                return TOO_LONG;
        } else if (!put(parser, c, taken)) {
            return TOO_LONG;
        }
        at += taken;
    }
    return !word->quoted || put(parser, "\"", 1) ? NULL : TOO_LONG;
}

/* ---- what libzscanner would accept, and no server does ---- */

static size_t string_length(const struct zone_word *word)
{
    size_t length = 0;
    uint8_t octet;

    for (size_t at = 0; at < word->length; length++)
        at +=
            word->start[at] == '\\' ? read_escape(word->start + at, word->length - at, &octet) : 1;
    return length;
}

static bool is_generic(const struct zone_word *words, unsigned count)
{
    return count > 1 && !words[1].quoted && words[1].length == 2 &&
           memcmp(words[1].start, "\\#", 2) == 0;
}

static const char *check_strings(const struct zone_word *words, unsigned count)
{
    for (unsigned i = 1; i < count; i++) {
        if (string_length(&words[i]) > STRING_MAX)
            return "a string of more than 255 octets";
    }
    return NULL;
}

static const char *check_tag(const struct zone_word *words, unsigned count)
{
    for (size_t i = 0; count > 2 && i < words[2].length; i++) {
        char c = words[2].start[i];

        if (!ascii_is_digit(c) && !ascii_is_letter(c))
            return "the tag of a CAA record has letters and digits alone (RFC 8659 4.1)";
    }
    return NULL;
}

static const char *check_words(uint16_t type, const struct zone_word *words, unsigned count)
{
    if (is_generic(words, count))
        return NULL;
    switch (type) {
    case TYPE_TXT:
    case TYPE_SPF:
        return check_strings(words, count);
    case TYPE_CAA:
        return check_tag(words, count);
    default:
        return NULL;
    }
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

/* RDATA written in the form of RFC 3597 5 can hold anything. */
static bool is_sound(const struct zone_rdata *rdata)
{
    size_t first = name_size(rdata->octets, rdata->length);

    switch (rdata->type) {
    case RR_A:
        return rdata->length == 4;
    case RR_AAAA:
        return rdata->length == 16;
    case RR_PTR:
    case RR_NS:
    case RR_CNAME:
    case RR_DNAME:
        return first > 0 && first == rdata->length;
    case RR_SOA: {
        size_t second = first > 0 ? name_size(rdata->octets + first, rdata->length - first) : 0;

        return second > 0 && first + second + SOA_NUMBERS == rdata->length;
    }
    default:
        return true;
    }
}

/* ---- one record ---- */

static bool has_names(const struct zone_word *type)
{
    return zone_word_is(type, "PTR") || zone_word_is(type, "NS") || zone_word_is(type, "CNAME") ||
           zone_word_is(type, "DNAME") || zone_word_is(type, "SOA") || zone_word_is(type, "MX");
}

static const char *make_text(struct zone_parser *parser, const struct zone_word *words,
                             unsigned count)
{
    bool names = has_names(&words[0]) && !is_generic(words, count);
    const char *fault = NULL;

    parser->used = 0;
    if (!put(parser, ". 0 IN", strlen(". 0 IN")))
        return "the record is too long";
    for (unsigned i = 0; i < count && !fault; i++)
        fault = put_word(parser, &words[i], names && i > 0);
    if (!fault && !put(parser, "\n", 1))
        fault = "the record is too long";
    return fault;
}

const char *zone_record_read(struct zone_parser *parser, const struct zone_word *words,
                             unsigned count, const struct dnsname *origin, struct zone_rdata *rdata)
{
    zs_scanner_t *scanner = &parser->scanner;
    const char *fault =
        words[0].quoted ? "the type of the record is in quotes" : make_text(parser, words, count);

    if (fault)
        return fault;
    memcpy(scanner->zone_origin, origin->wire, origin->length);
    scanner->zone_origin_length = origin->length;
    if (zs_set_input_string(scanner, parser->text, parser->used) != 0)
        return "out of memory";
    if (zs_parse_record(scanner) != 0 || scanner->state != ZS_STATE_DATA)
        return scanner->error.code != ZS_OK ? zs_strerror(scanner->error.code)
                                            : "the record is not complete";
    *rdata = (struct zone_rdata){.type = scanner->r_type,
                                 .length = (uint16_t)scanner->r_data_length,
                                 .octets = scanner->r_data};
    if (!is_sound(rdata))
        return "the RDATA is not well formed";
    return check_words(rdata->type, words, count);
}
