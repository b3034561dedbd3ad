#include "io/resolver/zone_lexer.h"

#include <string.h>
#include <strings.h>

#include "audit/ascii.h"

void zone_lexer_start(struct zone_lexer *lexer, const char *text, size_t length)
{
    *lexer = (struct zone_lexer){.at = text, .end = text + length, .line = 1};
}

static void skip_comment(struct zone_lexer *lexer)
{
    while (lexer->at < lexer->end && *lexer->at != '\n' && *lexer->at != '\r')
        lexer->at++;
}

/* Steps over the end of a line. */
static void end_line(struct zone_lexer *lexer)
{
    if (*lexer->at == '\r' && lexer->end - lexer->at > 1 && lexer->at[1] == '\n')
        lexer->at++;
    lexer->line += *lexer->at == '\n';
    lexer->at++;
}

static bool ends_word(char c)
{
    return c == '\0' || strchr(" \t\r\n();\"", c) != NULL;
}

/* Steps over an octet, with its escape; false: nothing follows the escape, or a NUL. */
static bool step(struct zone_lexer *lexer)
{
    if (*lexer->at == '\\')
        lexer->at++;
    if (lexer->at == lexer->end || *lexer->at == '\n' || *lexer->at == '\r' || *lexer->at == '\0')
        return false;
    lexer->at++;
    return true;
}

static const char *read_quoted(struct zone_lexer *lexer, struct zone_word *word)
{
    *word = (struct zone_word){.start = ++lexer->at, .quoted = true};
    while (lexer->at < lexer->end && *lexer->at != '"') {
        if (!step(lexer))
            return "a quote is not closed on its line";
    }
    if (lexer->at == lexer->end)
        return "a quote is not closed";
    word->length = (size_t)(lexer->at++ - word->start);
    return NULL;
}

static const char *read_word(struct zone_lexer *lexer, struct zone_word *word)
{
    if (*lexer->at == '"')
        return read_quoted(lexer, word);
    *word = (struct zone_word){.start = lexer->at};
    while (lexer->at < lexer->end && !ends_word(*lexer->at)) {
        if (!step(lexer))
            return "a backslash at the end of a line";
    }
    word->length = (size_t)(lexer->at - word->start);
    return word->length > 0 ? NULL : "this is not text: it holds a NUL";
}

/* One step within an entry: white space, a comment, a bracket, the end of a line, or a word. */
static const char *read_part(struct zone_lexer *lexer, struct zone_entry *entry, unsigned *depth,
                             bool *done)
{
    switch (*lexer->at) {
    case ' ':
    case '\t':
        lexer->at++;
        return NULL;
    case ';':
        skip_comment(lexer);
        return NULL;
    case '(':
        ++*depth;
        lexer->at++;
        return NULL;
    case ')':
        if (*depth == 0)
            return "a bracket is closed that was not opened";
        --*depth;
        lexer->at++;
        return NULL;
    case '\r':
    case '\n':
        *done = *depth == 0;
        end_line(lexer);
        return NULL;
    default:
        if (entry->count == ZONE_WORDS_MAX)
            return "more than 4096 words in one record";
        if (entry->count == 0)
            entry->line = lexer->line;
        return read_word(lexer, &entry->words[entry->count++]);
    }
}

enum zone_lexeme zone_lexer_next(struct zone_lexer *lexer, struct zone_entry *entry,
                                 const char **fault)
{
    unsigned depth = 0;

    for (entry->count = 0; lexer->at < lexer->end && entry->count == 0;) {
        bool done = false;

        entry->line = lexer->line;
        entry->blank_owner = ascii_is_blank(*lexer->at);
        while (lexer->at < lexer->end && !done) {
            *fault = read_part(lexer, entry, &depth, &done);
            if (*fault) {
                entry->line = lexer->line;
                return ZONE_FAULT;
            }
        }
    }
    if (depth > 0) {
        *fault = "a bracket is not closed";
        return ZONE_FAULT;
    }
    return entry->count > 0 ? ZONE_ENTRY : ZONE_TEXT_END;
}

bool zone_word_is(const struct zone_word *word, const char *text)
{
    return !word->quoted && word->length == strlen(text) &&
           strncasecmp(word->start, text, word->length) == 0;
}

/* Seconds of a unit; 0: not a unit. */
static uint32_t unit_seconds(char unit)
{
    switch (unit | 0x20) {
    case 'w':
        return 7 * 24 * 3600;
    case 'd':
        return 24 * 3600;
    case 'h':
        return 3600;
    case 'm':
        return 60;
    case 's':
        return 1;
    default:
        return 0;
    }
}

static uint64_t at_most(uint64_t number)
{
    return number > UINT32_MAX ? UINT64_C(1) + UINT32_MAX : number;
}

bool zone_word_ttl(const struct zone_word *word, uint64_t *seconds)
{
    uint64_t total = 0;
    size_t at = 0;

    while (at < word->length) {
        uint64_t number = 0;
        size_t digits = at;

        for (; at < word->length && ascii_is_digit(word->start[at]); at++)
            number = at_most(number * 10 + (uint64_t)(word->start[at] - '0'));
        if (at == digits)
            return false;
        if (at < word->length) {
            uint32_t unit = unit_seconds(word->start[at++]);

            if (unit == 0)
                return false;
            number *= unit;
        } else if (digits > 0) {
            return false; /* a number after a unit has one of its own */
        }
        total = at_most(total + number);
    }
    *seconds = total;
    return word->length > 0 && !word->quoted;
}
