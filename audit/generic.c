#include "audit/generic.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "audit/ascii.h"
#include "audit/dnsname.h"
#include "audit/spelled.h"

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
    {"client", GENERIC_NUMBERED_2},
    {"clients", GENERIC_NUMBERED_2},
    {"cloud", GENERIC_NUMBERED_1},
    {"cust", GENERIC_ALWAYS_2},
    {"customer", GENERIC_NUMBERED_2},
    {"customers", GENERIC_NUMBERED_2},
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
    {"pool", GENERIC_NUMBERED_2},
    {"pools", GENERIC_NUMBERED_2},
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
    {"srv", GENERIC_NUMBERED_1},
    {"static", GENERIC_LOWERS},
    {"unassigned", GENERIC_ALWAYS_2},
    {"unused", GENERIC_ALWAYS_2},
    {"user", GENERIC_NUMBERED_2},
    {"users", GENERIC_NUMBERED_2},
    {"vds", GENERIC_NUMBERED_1},
    {"vdsl", GENERIC_ALWAYS_2},
    {"vm", GENERIC_NUMBERED_1},
    {"vmi", GENERIC_NUMBERED_1},
    {"vps", GENERIC_NUMBERED_1},
    {"wifi", GENERIC_ALWAYS_2},
    {"xdsl", GENERIC_ALWAYS_2},
};
enum {
    WORDS = sizeof(words) / sizeof(words[0]),
    USUAL_REGISTRABLE_LABELS = 2,
    PART_DIGITS_MIN = 3, /* of a part of an address */
};

struct letters {
    const char *text;
    size_t length;
};

/* What the words of a name say together. */
struct impression {
    enum generic_tier tier;
    bool lowered;
};

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

    return bsearch(&key, words, WORDS, sizeof(words[0]), compare_word);
}

static size_t count_digits(const char *text, size_t length)
{
    size_t digits = 0;

    for (size_t i = 0; i < length; i++)
        digits += ascii_is_digit(text[i]);
    return digits;
}

/* The numbers around a word. */
struct numbers {
    bool in_label;   /* a digit in its label */
    bool left_label; /* the label to its left is a number */
    size_t left;     /* digits in all labels to its left */
};

static void raise_tier(struct impression *seen, enum generic_tier tier)
{
    if (tier > seen->tier)
        seen->tier = tier;
}

static void add_word(struct impression *seen, const struct generic_word *word,
                     const struct numbers *numbers)
{
    switch (word->effect) {
    case GENERIC_LOWERS:
        seen->lowered = true;
        break;
    case GENERIC_NUMBERED_1:
        if (numbers->in_label || numbers->left_label)
            raise_tier(seen, GENERIC_TIER_1);
        break;
    case GENERIC_NUMBERED_2:
        if (numbers->in_label || numbers->left_label || numbers->left >= 2)
            raise_tier(seen, GENERIC_TIER_2);
        break;
    case GENERIC_ALWAYS_2:
        raise_tier(seen, GENERIC_TIER_2);
        break;
    }
}

static void read_words(struct impression *seen, const char *label, size_t length,
                       const struct numbers *numbers)
{
    size_t at = 0;

    while (at < length) {
        size_t first = at;
        while (at < length && ascii_is_letter(label[at]))
            at++;
        const struct generic_word *word = at > first ? find_word(label + first, at - first) : NULL;
        if (word)
            add_word(seen, word, numbers);
        at += at == first;
    }
}

/* Reads the words of the labels before `end`. */
static struct impression read_labels(const char *wire, size_t end)
{
    struct impression seen = {GENERIC_NONE, false};
    struct numbers numbers = {0};

    for (size_t at = 0; at < end;) {
        size_t length = (uint8_t)wire[at];
        size_t digits = count_digits(wire + at + 1, length);
        numbers.in_label = digits > 0;
        read_words(&seen, wire + at + 1, length, &numbers);
        numbers.left_label = digits == length;
        numbers.left += digits;
        at += 1 + length;
    }
    return seen;
}

/* Turns the wire form into the usual spelling, in place: each length octet becomes a dot. */
static void put_dots(char *wire, size_t end)
{
    for (size_t at = 0; at < end;) {
        size_t length = (uint8_t)wire[at];
        wire[at] = '.';
        at += 1 + length;
    }
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

/* The tier of the numbers in a name; left: octets of the labels to the left of the registrable
 * domain. */
static enum generic_tier tier_of_address(const char *text, size_t length, size_t left,
                                         const struct ipaddr *address)
{
    if (address_spelled_in(text, left, address))
        return GENERIC_TIER_3;
    if (count_digits(text, length) < PART_DIGITS_MIN) /* most names: saves the searches */
        return GENERIC_NONE;
    if (address_three_octets_in(text, length, address))
        return GENERIC_TIER_3;
    return address_two_octets_in(text, left, address) ? GENERIC_TIER_1 : GENERIC_NONE;
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
    size_t length = lowered.length - 1u; /* without the root */
    memcpy(text, lowered.wire, length);
    struct impression seen = read_labels(text, end);
    put_dots(text, length);
    raise_tier(&seen, tier_of_address(text + 1, length - 1, end - 1, address));
    return seen.lowered && seen.tier > GENERIC_NONE ? seen.tier - 1 : seen.tier;
}

const struct generic_word *generic_word_at(unsigned index)
{
    return index < WORDS ? &words[index] : NULL;
}
