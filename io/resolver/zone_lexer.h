/*
 * The words of a master file (RFC 1035 5.1): entries without comments and brackets, as servers read
 * them. An entry is a directive or a record; brackets let it go on over several lines.
 *
 * Words keep their escapes. A word in quotes comes without the quotes; a quote ends the word before
 * it. A carriage return ends an entry, alone or before a line feed; lines are counted by line
 * feeds, as editors do.
 *
 * Ownership: words point into the text. Threads: one.
 */
#ifndef IO_RESOLVER_ZONE_LEXER_H
#define IO_RESOLVER_ZONE_LEXER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ZONE_WORDS_MAX = 4096 }; /* of one entry */

struct zone_word {
    const char *start;
    size_t length;
    bool quoted;
};

struct zone_entry {
    uint64_t line;    /* where it begins, from 1 */
    bool blank_owner; /* it begins with white space: the owner is that of the record before */
    unsigned count;   /* at least 1 */
    struct zone_word words[ZONE_WORDS_MAX];
};

struct zone_lexer {
    const char *at;
    const char *end;
    uint64_t line;
};

enum zone_lexeme {
    ZONE_ENTRY,
    ZONE_TEXT_END,
    ZONE_FAULT, /* *fault says why, entry->line where */
};

void zone_lexer_start(struct zone_lexer *lexer, const char *text, size_t length);
enum zone_lexeme zone_lexer_next(struct zone_lexer *lexer, struct zone_entry *entry,
                                 const char **fault);

/* The word is this one, in any case, and not in quotes. */
bool zone_word_is(const struct zone_word *word, const char *text);
/* Has the word the form of a TTL: seconds, or with units (1h30m)? One beyond 32 bits gives
 * UINT32_MAX + 1. */
bool zone_word_ttl(const struct zone_word *word, uint64_t *seconds);

#endif
