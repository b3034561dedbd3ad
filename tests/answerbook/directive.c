/* The ";!" lines: what goes wrong for which question. */
#include <stdlib.h>
#include <string.h>

#include "tests/answerbook/book.h"

enum { WORDS_MAX = 8, BOTH = OVER_UDP | OVER_TCP };

static const struct {
    const char *word;
    enum action action;
    unsigned transports;
} ACTIONS[] = {
    {"servfail", ACTION_SERVFAIL, BOTH},
    {"refused", ACTION_REFUSED, BOTH},
    {"notimp", ACTION_NOTIMP, BOTH},
    {"formerr", ACTION_FORMERR, BOTH},
    {"badvers", ACTION_BADVERS, BOTH},
    {"empty", ACTION_EMPTY, BOTH},
    {"nosoa", ACTION_NOSOA, BOTH},
    {"tc", ACTION_TC, OVER_UDP},
    {"badid", ACTION_BADID, BOTH},
    {"badquestion", ACTION_BADQUESTION, BOTH},
    {"noquestion", ACTION_NOQUESTION, BOTH},
    {"notreply", ACTION_NOTREPLY, BOTH},
    {"wrongclass", ACTION_WRONGCLASS, BOTH},
    {"malformed", ACTION_MALFORMED, BOTH},
    {"cutrecord", ACTION_CUTRECORD, BOTH},
    {"garbage", ACTION_GARBAGE, BOTH},
    {"drop", ACTION_DROP, BOTH},
    {"udp-drop", ACTION_DROP, OVER_UDP},
    {"tcp-only-drop", ACTION_CLOSE, OVER_TCP},
    {"delay", ACTION_DELAY, BOTH},
    {"now", ACTION_NOW, BOTH},
    {"noaa", ACTION_NOAA, BOTH},
    {"nora", ACTION_NORA, BOTH},
    {"header", ACTION_HEADER, BOTH},
    {"referral", ACTION_REFERRAL, BOTH},
    {"alias-only", ACTION_ALIAS_ONLY, BOTH},
    {"tc-always", ACTION_TC_ALWAYS, BOTH},
    {"ede", ACTION_EDE, BOTH},
    {"nxdomain", ACTION_NXDOMAIN, BOTH},
    {"rpz", ACTION_RPZ, BOTH},
};

struct words {
    unsigned count;
    unsigned at;
    char *word[WORDS_MAX + 1]; /* NULL after the last one */
};

static bool split(struct words *words, char *line)
{
    *words = (struct words){0};
    char *rest = NULL;
    for (char *word = strtok_r(line, " \t\r\n", &rest); word;
         word = strtok_r(NULL, " \t\r\n", &rest)) {
        if (words->count == WORDS_MAX) {
            return false;
        }
        words->word[words->count++] = word;
    }
    return true;
}

static const char *next_word(struct words *words)
{
    return words->at < words->count ? words->word[words->at++] : NULL;
}

static bool take_word(struct words *words, const char *word)
{
    bool same = words->at < words->count && strcmp(words->word[words->at], word) == 0;
    words->at += same;
    return same;
}

/* A decimal number from 1 to max. */
static bool take_number(struct words *words, uint64_t max, uint64_t *out)
{
    const char *word = words->at < words->count ? words->word[words->at] : "";
    char *end = NULL;
    unsigned long long number = strtoull(word, &end, 10);
    if (word[0] < '0' || word[0] > '9' || *end != '\0' || number < 1 || number > max) {
        return false;
    }
    words->at++;
    *out = number;
    return true;
}

static bool parse_resolver(struct answerbook *book, struct words *words, const char **why)
{
    char *end = NULL;
    unsigned long index = strtoul(words->word[0] + 1, &end, 10);
    if (end == words->word[0] + 1 || *end != '\0' || index >= ANSWERBOOK_RESOLVERS_MAX) {
        *why = "@ wants the number of a resolver, from 0 to 15";
        return false;
    }
    struct resolver_script *script = &book->script[index];
    book->has_script[index] = true;
    words->at = 1;
    if (take_word(words, "dead")) {
        script->dead = !take_number(words, UINT32_MAX, &script->dead_first);
    } else if (take_word(words, "die-after")) {
        (void)take_number(words, UINT32_MAX, &script->die_after);
    } else if (take_word(words, "back-after")) {
        (void)take_number(words, ANSWERBOOK_DELAY_MAX_MS, &script->back_after_ms);
    } else if (take_word(words, "unreachable")) {
        script->unreachable = true;
        return words->at == words->count;
    }
    *why = "a resolver can be: dead, dead N, die-after N, back-after MS, unreachable";
    return words->at == words->count && (words->at == 3 || script->dead);
}

static bool parse_action(struct directive *out, struct words *words, const char **why)
{
    uint64_t number = 0;
    unsigned transports = take_word(words, "udp")   ? OVER_UDP
                          : take_word(words, "tcp") ? OVER_TCP
                                                    : BOTH;
    out->needs = take_word(words, "edns") ? WITH_EDNS : 0;
    out->needs |= take_word(words, "rd") ? WITH_RD : 0;
    if (take_word(words, "first")) {
        *why = "first wants a number from 1 to 65535";
        if (!take_number(words, UINT16_MAX, &number)) {
            return false;
        }
        out->first = (uint32_t)number;
    }
    const char *word = next_word(words);
    size_t i = 0;
    while (word && i < sizeof ACTIONS / sizeof *ACTIONS && strcmp(word, ACTIONS[i].word) != 0) {
        i++;
    }
    *why = "no such action";
    if (!word || i == sizeof ACTIONS / sizeof *ACTIONS) {
        return false;
    }
    out->action = ACTIONS[i].action;
    out->transports = transports & ACTIONS[i].transports;
    *why = "delay wants milliseconds from 1 to 60000";
    if (out->action == ACTION_DELAY && !take_number(words, ANSWERBOOK_DELAY_MAX_MS, &number)) {
        return false;
    }
    out->delay_ms = out->action == ACTION_DELAY ? (unsigned)number : 0;
    *why = "ede wants a code from 1 to 65535";
    if (out->action == ACTION_EDE) {
        if (!take_number(words, UINT16_MAX, &number)) {
            return false;
        }
        out->ede = (uint16_t)number;
    }
    if (out->action == ACTION_DROP && take_number(words, UINT16_MAX, &number)) {
        out->first = (uint32_t)number;
    }
    *why = "too many words, or an action that its transport never meets";
    return words->at == words->count && out->transports != 0;
}

static bool parse_question(struct key *name, bool *subtree, uint16_t *type, struct words *words,
                           const char **why)
{
    const char *text = next_word(words);
    *why = "the name must be absolute, with its final dot";
    if (!text || text[strlen(text) - 1] != '.') {
        return false;
    }
    *subtree = text[0] == '*' && text[1] == '.';
    if (*subtree) {
        text += text[2] == '\0' ? 1 : 2;
    }
    if (!text_to_key(name, text)) {
        return false;
    }
    *why = "after the name comes a record type or *";
    const char *word = next_word(words);
    *type = TYPE_ANY_OF_THEM;
    return word && (strcmp(word, "*") == 0 || text_to_type(type, word));
}

static bool want_tally(struct answerbook *book)
{
    if (!book->tally) {
        book->tally = calloc(TALLY_SLOTS, sizeof *book->tally);
    }
    return book->tally != NULL;
}

bool directive_add(struct answerbook *book, char *line, const char **why)
{
    struct words words;
    struct key name;
    struct directive parsed = {0};
    bool subtree = false;
    *why = "too many words";
    if (!split(&words, line)) {
        return false;
    }
    if (words.count > 0 && words.word[0][0] == '@') {
        return parse_resolver(book, &words, why);
    }
    if (!parse_question(&name, &subtree, &parsed.type, &words, why) ||
        !parse_action(&parsed, &words, why)) {
        return false;
    }
    *why = "out of memory";
    struct node *node = book_node(book, &name, 0);
    struct directive *directive = malloc(sizeof *directive);
    if (!node || !directive || (parsed.first != 0 && !want_tally(book))) {
        free(directive);
        return false;
    }
    struct directive **list = subtree ? &node->subtree : &node->here;
    *directive = parsed;
    directive->number = ++book->directive_count;
    directive->next = *list;
    *list = directive;
    return true;
}

/* How often this was asked before, counted without a lock. A full table counts no more: the answer
 * then counts as after the first N. */
static uint64_t tally_take(struct answerbook *book, uint64_t hash)
{
    uint64_t mark = hash << 16;
    mark += (mark == 0) << 16;
    for (size_t i = 0; i < TALLY_SLOTS; i++) {
        _Atomic uint64_t *slot = &book->tally[(hash + i) % TALLY_SLOTS].seen;
        uint64_t seen = atomic_load(slot);
        while (seen == 0 || seen >> 16 == mark >> 16) {
            uint64_t count = seen & 0xffff;
            uint64_t more = mark | (count < 0xffff ? count + 1 : count);
            if (atomic_compare_exchange_weak(slot, &seen, more)) {
                return count;
            }
        }
    }
    return UINT64_MAX;
}

static bool applies(struct answerbook *book, const struct directive *directive, uint64_t hash,
                    uint16_t type, unsigned meets)
{
    if ((directive->type != TYPE_ANY_OF_THEM && directive->type != type) ||
        !(directive->transports & meets) || (directive->needs & ~meets)) {
        return false;
    }
    if (directive->first == 0) {
        return true;
    }
    uint64_t mixed = (hash ^ (uint64_t)type << 40 ^ directive->number << 20) * 0x9e3779b97f4a7c15u;
    return tally_take(book, mixed ^ mixed >> 29) < directive->first;
}

static void add_effects(struct answerbook *book, const struct directive *list, uint64_t hash,
                        uint16_t type, unsigned meets, struct effect *out)
{
    for (; list; list = list->next) {
        if (applies(book, list, hash, type, meets)) {
            out->actions |= 1u << list->action;
            out->delay_ms += list->delay_ms;
            out->ede = list->action == ACTION_EDE ? list->ede : out->ede;
        }
    }
}

void effect_of(struct answerbook *book, const struct key *name, uint16_t type, unsigned meets,
               struct effect *out)
{
    uint64_t hash = name->hash[0];
    *out = (struct effect){0};
    if (book->directive_count == 0) {
        return;
    }
    for (unsigned i = 0; i <= name->labels; i++) {
        const struct node *node = book_find(book, name, i);
        if (!node) {
            continue;
        }
        if (i == 0) {
            add_effects(book, node->here, hash, type, meets, out);
        }
        add_effects(book, node->subtree, hash, type, meets, out);
    }
}

bool zone_hides_soa(const struct node *apex)
{
    for (const struct directive *d = apex->here; d; d = d->next) {
        if (d->action == ACTION_NOSOA) {
            return true;
        }
    }
    return false;
}
