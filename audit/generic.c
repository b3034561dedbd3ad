#include "audit/generic.h"

#include "audit/dnsname.h"
#include "audit/spelled.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* In alphabetical order, for the binary search. docs/generic-names.md lists their sources. */
static const struct generic_word words[] = {
    {"abo", GENERIC_ALWAYS_2},
    {"adsl", GENERIC_ALWAYS_2},
    {"bredband", GENERIC_ALWAYS_2},
    {"broad", GENERIC_ALWAYS_2},
    {"broadband", GENERIC_ALWAYS_2},
    {"brodband", GENERIC_ALWAYS_2},
    {"cable", GENERIC_ALWAYS_2},
    {"cablemodem", GENERIC_ALWAYS_2},
    {"catv", GENERIC_ALWAYS_2},
    {"cdma", GENERIC_ALWAYS_2},
    {"client", GENERIC_ALWAYS_2},
    {"clients", GENERIC_ALWAYS_2},
    {"cloud", GENERIC_NUMBERED_1},
    {"cust", GENERIC_ALWAYS_2},
    {"customer", GENERIC_ALWAYS_2},
    {"customers", GENERIC_ALWAYS_2},
    {"ddns", GENERIC_ALWAYS_2},
    {"dedi", GENERIC_NUMBERED_1},
    {"dedicated", GENERIC_LOWERS},
    {"dhcp", GENERIC_ALWAYS_2},
    {"dial", GENERIC_ALWAYS_2},
    {"dialin", GENERIC_ALWAYS_2},
    {"dialup", GENERIC_ALWAYS_2},
    {"dip", GENERIC_ALWAYS_2},
    {"docsis", GENERIC_ALWAYS_2},
    {"dsl", GENERIC_ALWAYS_2},
    {"dyn", GENERIC_ALWAYS_2},
    {"dynamic", GENERIC_ALWAYS_2},
    {"dynamicip", GENERIC_ALWAYS_2},
    {"dynip", GENERIC_ALWAYS_2},
    {"gprs", GENERIC_ALWAYS_2},
    {"hdsl", GENERIC_ALWAYS_2},
    {"homeuser", GENERIC_ALWAYS_2},
    {"host", GENERIC_NUMBERED_1},
    {"hosts", GENERIC_NUMBERED_1},
    {"instance", GENERIC_NUMBERED_1},
    {"ip", GENERIC_NUMBERED_1},
    {"kabel", GENERIC_ALWAYS_2},
    {"kvm", GENERIC_NUMBERED_1},
    {"mail", GENERIC_LOWERS},
    {"modem", GENERIC_ALWAYS_2},
    {"mta", GENERIC_LOWERS},
    {"mx", GENERIC_LOWERS},
    {"nat", GENERIC_ALWAYS_2},
    {"out", GENERIC_LOWERS},
    {"pool", GENERIC_ALWAYS_2},
    {"pools", GENERIC_ALWAYS_2},
    {"ppp", GENERIC_ALWAYS_2},
    {"pppoe", GENERIC_ALWAYS_2},
    {"pptp", GENERIC_ALWAYS_2},
    {"relay", GENERIC_LOWERS},
    {"res", GENERIC_ALWAYS_2},
    {"residential", GENERIC_ALWAYS_2},
    {"resnet", GENERIC_ALWAYS_2},
    {"sdsl", GENERIC_ALWAYS_2},
    {"server", GENERIC_NUMBERED_1},
    {"servers", GENERIC_NUMBERED_1},
    {"shdsl", GENERIC_ALWAYS_2},
    {"smtp", GENERIC_LOWERS},
    {"static", GENERIC_LOWERS},
    {"unassigned", GENERIC_ALWAYS_2},
    {"unused", GENERIC_ALWAYS_2},
    {"user", GENERIC_ALWAYS_2},
    {"users", GENERIC_ALWAYS_2},
    {"vds", GENERIC_NUMBERED_1},
    {"vdsl", GENERIC_ALWAYS_2},
    {"vm", GENERIC_NUMBERED_1},
    {"vmi", GENERIC_NUMBERED_1},
    {"vps", GENERIC_NUMBERED_1},
    {"wifi", GENERIC_ALWAYS_2},
    {"xdsl", GENERIC_ALWAYS_2},
};
enum { WORDS = sizeof words / sizeof *words, USUAL_REGISTRABLE_LABELS = 2 };

struct letters {
    const char *text;
    size_t length;
};

/* The sum of the words of a name. */
struct impression {
    enum generic_tier tier;
    bool lowered;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

static int compare_word(const void *key, const void *row)
{
    const struct letters *letters = key;
    const struct generic_word *word = row;
    int order = strncmp(letters->text, word->word, letters->length);

    return order == 0 && word->word[letters->length] != '\0' ? -1 : order;
}

static const struct generic_word *find_word(const char *text, size_t length)
{
    struct letters key = {text, length};

    return bsearch(&key, words, WORDS, sizeof *words, compare_word);
}

static size_t count_digits(const char *text, size_t length)
{
    size_t digits = 0;

    for (size_t i = 0; i < length; i++)
        digits += is_digit(text[i]);
    return digits;
}

static void add_word(struct impression *seen, const struct generic_word *word, bool numbered)
{
    if (word->effect == GENERIC_LOWERS)
        seen->lowered = true;
    else if (word->effect == GENERIC_ALWAYS_2)
        seen->tier = GENERIC_TIER_2;
    else if (numbered && seen->tier < GENERIC_TIER_1)
        seen->tier = GENERIC_TIER_1;
}

static void read_words(struct impression *seen, const char *label, size_t length, bool numbered)
{
    size_t at = 0;

    while (at < length) {
        size_t first = at;
        while (at < length && is_letter(label[at]))
            at++;
        const struct generic_word *word = at > first ? find_word(label + first, at - first) : NULL;
        if (word)
            add_word(seen, word, numbered);
        at += at == first;
    }
}

/* Reads the words of the labels before `end`. Also turns the wire form into plain text: each length
 * octet becomes the dot of the usual spelling. */
static struct impression read_labels(char *wire, size_t end)
{
    struct impression seen = {GENERIC_NONE, false};
    bool after_number = false;

    for (size_t at = 0; at < end;) {
        size_t length = (uint8_t)wire[at];
        size_t digits = count_digits(wire + at + 1, length);
        read_words(&seen, wire + at + 1, length, digits > 0 || after_number);
        after_number = digits == length;
        wire[at] = '.';
        at += 1 + length;
    }
    return seen;
}

/* Octets of wire form to the left of the last `kept` labels. */
static size_t octets_left_of(const struct dnsname *host, unsigned kept)
{
    unsigned labels = dnsname_labels(host);
    size_t at = 0;

    for (unsigned i = kept; i < labels; i++)
        at += 1 + (size_t)host->wire[at];
    return at;
}

enum generic_tier generic_tier_of(const struct dnsname *host, unsigned registrable_labels,
                                  const struct ipaddr *address)
{
    char text[DNSNAME_MAX];
    struct dnsname lowered;

    dnsname_copy(&lowered, host);
    dnsname_lower(&lowered);
    size_t end = octets_left_of(&lowered, registrable_labels > 0 ? registrable_labels
                                                                 : USUAL_REGISTRABLE_LABELS);
    if (end == 0)
        return GENERIC_NONE;
    memcpy(text, lowered.wire, end);
    struct impression seen = read_labels(text, end);
    if (address_spelled_in(text + 1, end - 1, address))
        seen.tier = GENERIC_TIER_3;
    return seen.lowered && seen.tier > GENERIC_NONE ? seen.tier - 1 : seen.tier;
}

const struct generic_word *generic_word_at(unsigned index)
{
    return index < WORDS ? &words[index] : NULL;
}
