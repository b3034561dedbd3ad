#include "audit/receiver_file.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "audit/ascii.h"
#include "audit/cell_text.h"

struct slice {
    const char *text;
    size_t len;
};

/* Bits of receiver_file.set: each may be set once in a section. Situations take two, one for each
 * family. */
enum {
    SET_MISSING = 1 << 0,
    SET_MISMATCH = 1 << 2,
    SET_GENERIC = 1 << 4,
    SET_TEMPORARY = 1 << 6,
    SET_NAME = 1 << 8,
    SET_NAMES_TRIED = 1 << 9,
    SET_SOURCE = 1 << 10,
    SET_DATE = 1 << 11,
    SET_TEMPORARY_FIRST = 1 << 12,
};

static struct slice trim(struct slice text)
{
    struct cell_text trimmed = cell_text_trim(text.text, text.len);

    return (struct slice){trimmed.text, trimmed.len};
}

static bool is_word(struct slice text, const char *word)
{
    return text.len == strlen(word) && memcmp(text.text, word, text.len) == 0;
}

__attribute__((format(printf, 3, 4))) static bool refuse(struct receiver_fault *why, unsigned line,
                                                         const char *format, ...)
{
    int used = snprintf(why->text, sizeof why->text, "line %u: ", line);
    va_list args;

    va_start(args, format);
    (void)vsnprintf(why->text + used, sizeof why->text - (size_t)used, format, args);
    va_end(args);
    return false;
}

/* Sections */

static bool end_section(struct receiver_file *file, struct receiver_fault *why)
{
    const struct receiver *row;

    if (file->count == 0)
        return true;
    row = &file->rows[file->count - 1];
    return row->families != FAMILIES_UNKNOWN ||
           refuse(why, file->section,
                  "[%s] does not say what the receiver does: set missing, mismatch, generic or "
                  "temporary",
                  row->key);
}

static bool is_key(struct slice key)
{
    if (key.len == 0 || key.len >= RECEIVER_KEY_MAX || key.text[0] < 'a' || key.text[0] > 'z')
        return false;
    for (size_t i = 1; i < key.len; i++) {
        char c = key.text[i];

        if (!(c >= 'a' && c <= 'z') && !ascii_is_digit(c) && c != '-')
            return false;
    }
    return true;
}

static bool is_taken(const struct receiver_file *file, struct slice key)
{
    for (unsigned i = 0; i < file->count; i++)
        if (is_word(key, file->rows[i].key))
            return true;
    return receiver_of_key(key.text, key.len) != NULL;
}

static void open_row(struct receiver *row, struct slice key)
{
    static const struct receiver_rule NOTHING_TOLD = {OUTCOME_UNKNOWN, OUTCOME_UNKNOWN,
                                                      OUTCOME_UNKNOWN, OUTCOME_UNKNOWN,
                                                      OUTCOME_UNKNOWN, OUTCOME_UNKNOWN};

    memset(row, 0, sizeof *row);
    memcpy(row->key, key.text, key.len);
    memcpy(row->name, key.text, key.len); /* until a name is set */
    row->names = NAMES_UNKNOWN;
    row->families = FAMILIES_UNKNOWN;
    row->basis = BASIS_OWN;
    row->ipv4 = NOTHING_TOLD;
    row->ipv6 = NOTHING_TOLD;
}

static bool begin_section(struct receiver_file *file, struct slice line, struct receiver_fault *why)
{
    struct slice key = {line.text + 1, line.len - 1};

    if (!end_section(file, why))
        return false;
    if (key.len == 0 || key.text[key.len - 1] != ']')
        return refuse(why, file->line, "the ] at the end of the section's key is missing");
    key.len--;
    if (!is_key(key))
        return refuse(why, file->line,
                      "a receiver's key begins with a lower-case letter and has lower-case "
                      "letters, digits and "
                      "hyphens, %d at most",
                      RECEIVER_KEY_MAX - 1);
    if (is_taken(file, key))
        return refuse(why, file->line, "there is already a receiver %.*s: choose another key",
                      (int)key.len, key.text);
    if (file->count == RECEIVERS_OWN_MAX)
        return refuse(why, file->line, "there are more than %d receivers", RECEIVERS_OWN_MAX);
    open_row(&file->rows[file->count++], key);
    file->section = file->line;
    file->set = 0;
    return true;
}

/* Values */

/* Texts appear in reports: only visible ASCII and spaces. */
static bool read_text(char *out, size_t size, struct slice value, unsigned line,
                      struct receiver_fault *why)
{
    if (value.len == 0 || value.len >= size)
        return refuse(why, line, "the text has %zu characters: 1 to %zu are allowed", value.len,
                      size - 1);
    for (size_t i = 0; i < value.len; i++)
        if (value.text[i] < ' ' || value.text[i] > '~')
            return refuse(why, line,
                          "the text contains a character that is not ASCII, or not visible");
    memcpy(out, value.text, value.len);
    out[value.len] = '\0';
    return true;
}

static bool is_number_to(const char *digits, unsigned largest)
{
    unsigned number = (unsigned)(digits[0] - '0') * 10 + (unsigned)(digits[1] - '0');

    return number >= 1 && number <= largest;
}

/* 2026, 2026-11, 2026-11-23 */
static bool read_date(char out[RECEIVER_DATE_MAX], struct slice value, unsigned line,
                      struct receiver_fault *why)
{
    bool good = value.len == 4 || value.len == 7 || value.len == 10;

    for (size_t i = 0; i < value.len && good; i++)
        good = i == 4 || i == 7 ? value.text[i] == '-' : ascii_is_digit(value.text[i]);
    if (!good || (value.len >= 7 && !is_number_to(value.text + 5, 12)) ||
        (value.len == 10 && !is_number_to(value.text + 8, 31)))
        return refuse(why, line, "a date is a year, a month or a day: 2026, 2026-11 or 2026-11-23");
    memcpy(out, value.text, value.len);
    out[value.len] = '\0';
    return true;
}

static bool read_names(enum names_tried *out, struct slice value, unsigned line,
                       struct receiver_fault *why)
{
    for (enum names_tried i = NAMES_UNKNOWN; i <= NAMES_ALL; i++) {
        if (is_word(value, names_tried_key(i))) {
            *out = i;
            return true;
        }
    }
    return refuse(why, line, "names-tried is 1, 2, all or unknown");
}

static bool read_yes(bool *out, struct slice value, unsigned line, struct receiver_fault *why)
{
    *out = is_word(value, "yes");
    return *out || is_word(value, "no") || refuse(why, line, "temporary-first is yes or no");
}

static bool read_outcome(enum outcome *out, struct slice value, unsigned line,
                         struct receiver_fault *why)
{
    for (enum outcome i = OUTCOME_ACCEPTS; i < OUTCOMES; i++) {
        if (is_word(value, outcome_row(i)->key)) {
            *out = i;
            return true;
        }
    }
    return refuse(why, line, "an outcome is accepts, defers, refuses, penalises or unknown");
}

/* Settings */

static bool set_once(struct receiver_file *file, uint32_t bits, struct receiver_fault *why)
{
    if (file->set & bits)
        return refuse(why, file->line,
                      "this is already set above; a setting without -ipv4 or -ipv6 is for both");
    file->set |= bits;
    return true;
}

/* Removes "-ipv4" or "-ipv6" from the end of a setting's name. Without either, the setting is for
 * both families. */
static enum receiver_families take_families(struct slice *name)
{
    enum { SUFFIX = sizeof "-ipv4" - 1 };
    enum receiver_families families = FAMILIES_BOTH;

    if (name->len <= SUFFIX)
        return FAMILIES_BOTH;
    if (memcmp(name->text + name->len - SUFFIX, "-ipv4", SUFFIX) == 0)
        families = FAMILIES_IPV4;
    else if (memcmp(name->text + name->len - SUFFIX, "-ipv6", SUFFIX) == 0)
        families = FAMILIES_IPV6;
    if (families != FAMILIES_BOTH)
        name->len -= SUFFIX;
    return families;
}

static void put_outcome(struct receiver_rule *rule, uint32_t bit, enum outcome outcome)
{
    switch (bit) {
    case SET_MISSING:
        rule->missing = outcome;
        break;
    case SET_MISMATCH:
        rule->mismatch = outcome;
        rule->localhost = outcome;
        break;
    case SET_GENERIC:
        rule->generic = outcome;
        break;
    default:
        rule->temporary_ptr = outcome;
        rule->temporary = outcome;
        break;
    }
}

/* "missing", "missing-ipv4", ...: the first bit of the situation, or 0. */
static uint32_t situation_bit(struct slice name)
{
    static const struct {
        const char *name;
        uint32_t bit;
    } SITUATIONS[] = {{"missing", SET_MISSING},
                      {"mismatch", SET_MISMATCH},
                      {"generic", SET_GENERIC},
                      {"temporary", SET_TEMPORARY}};

    for (size_t i = 0; i < sizeof SITUATIONS / sizeof SITUATIONS[0]; i++)
        if (is_word(name, SITUATIONS[i].name))
            return SITUATIONS[i].bit;
    return 0;
}

static bool set_situation(struct receiver_file *file, uint32_t bit, enum receiver_families families,
                          struct slice value, struct receiver_fault *why)
{
    struct receiver *row = &file->rows[file->count - 1];
    enum outcome outcome = OUTCOME_UNKNOWN;

    if (!set_once(file, bit * families, why) || !read_outcome(&outcome, value, file->line, why))
        return false;
    if (families & FAMILIES_IPV4)
        put_outcome(&row->ipv4, bit, outcome);
    if (families & FAMILIES_IPV6)
        put_outcome(&row->ipv6, bit, outcome);
    row->families |= families;
    return true;
}

static bool set_detail(struct receiver_file *file, struct slice name, struct slice value,
                       struct receiver_fault *why)
{
    struct receiver *row = &file->rows[file->count - 1];
    unsigned line = file->line;

    if (is_word(name, "name"))
        return set_once(file, SET_NAME, why) &&
               read_text(row->name, sizeof row->name, value, line, why);
    if (is_word(name, "names-tried"))
        return set_once(file, SET_NAMES_TRIED, why) && read_names(&row->names, value, line, why);
    if (is_word(name, "source"))
        return set_once(file, SET_SOURCE, why) &&
               read_text(row->source, sizeof row->source, value, line, why);
    if (is_word(name, "date"))
        return set_once(file, SET_DATE, why) && read_date(row->date, value, line, why);
    if (is_word(name, "temporary-first"))
        return set_once(file, SET_TEMPORARY_FIRST, why) &&
               read_yes(&row->temporary_first, value, line, why);
    return refuse(
        why, line,
        "unknown setting; the settings are name, names-tried, missing, mismatch, generic, "
        "temporary (also with -ipv4 or -ipv6), temporary-first, source, date");
}

static bool read_setting(struct receiver_file *file, struct slice line, struct receiver_fault *why)
{
    const char *equals = memchr(line.text, '=', line.len);
    struct slice name;
    struct slice value;
    struct slice situation;
    enum receiver_families families;

    if (!equals)
        return refuse(why, file->line,
                      "a line is a [key], a setting like missing = refuses, or a # comment");
    if (file->count == 0)
        return refuse(why, file->line, "this setting comes before the first [key] of a receiver");
    name = trim((struct slice){line.text, (size_t)(equals - line.text)});
    value = trim((struct slice){equals + 1, line.len - (size_t)(equals + 1 - line.text)});
    situation = name;
    families = take_families(&situation);
    if (situation_bit(situation) != 0)
        return set_situation(file, situation_bit(situation), families, value, why);
    return set_detail(file, name, value, why);
}

bool receiver_parse_line(struct receiver_file *file, const char *line, size_t len,
                         struct receiver_fault *why)
{
    static const char BYTE_ORDER_MARK[] = "\xEF\xBB\xBF";
    struct slice text = {line, len};

    file->line++;
    if (len > RECEIVER_LINE_MAX)
        return refuse(why, file->line, "the line has more than %d characters", RECEIVER_LINE_MAX);
    if (file->line == 1 && len >= 3 && memcmp(line, BYTE_ORDER_MARK, 3) == 0)
        text = (struct slice){line + 3, len - 3};
    text = trim(text);
    if (text.len == 0 || text.text[0] == '#' || text.text[0] == ';')
        return true;
    return text.text[0] == '[' ? begin_section(file, text, why) : read_setting(file, text, why);
}

bool receiver_parse_end(struct receiver_file *file, struct receiver_fault *why)
{
    if (file->count == 0)
        return refuse(why, file->line,
                      "the file ends without a receiver: a section begins with its [key]");
    return end_section(file, why);
}
