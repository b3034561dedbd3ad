#include "io/lookup/resolver_counts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    NUMBERS = RESOLVER_RCODES + 6,
    NUMBERS_BEFORE = NUMBERS - 1 /* without `filtered`, as in earlier run files */
};

static const char *const RCODE_NAMES[RESOLVER_RCODES] = {
    "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "an unusual RCODE"};

void resolver_counts_add(struct resolver_counts *counts, const struct answer *answer, bool ra)
{
    unsigned rcode = answer->rcode < RESOLVER_RCODES ? answer->rcode : RESOLVER_RCODES - 1;
    if (answer->kind == ANSWER_FILTERED) /* whatever it was sent as, it answers nothing */
        rcode = RCODE_REFUSED;
    counts->filtered += answer->kind == ANSWER_FILTERED;
    counts->replies[rcode]++;
    counts->recursive += ra;
    bool declined = answer->kind != ANSWER_RECORDS && !ra && !answer->authoritative;
    if (rcode == RCODE_NOERROR && (declined || answer->kind == ANSWER_REFERRAL))
        counts->passed_back++;
}

static uint64_t all_replies(const struct resolver_counts *counts)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < RESOLVER_RCODES; i++)
        sum += counts->replies[i];
    return sum;
}

bool resolver_counts_mostly_silent(const struct resolver_counts *counts)
{
    return counts->silent > all_replies(counts);
}

enum resolver_fault resolver_counts_fault(const struct resolver_counts *counts)
{
    uint64_t all = all_replies(counts), refused = counts->replies[RCODE_REFUSED];
    if (counts->replies[RCODE_NOERROR] > counts->passed_back || counts->replies[RCODE_NXDOMAIN] > 0)
        return RESOLVER_ANSWERS;
    if (all == 0)
        return counts->silent > 0 ? RESOLVER_SILENT : RESOLVER_UNASKED;
    if (refused == all)
        return RESOLVER_REFUSES;
    return refused + counts->passed_back == all ? RESOLVER_NO_RECURSION : RESOLVER_FAILS;
}

/* The most frequent error. */
static const char *error_name(const struct resolver_counts *counts)
{
    unsigned most = RCODE_SERVFAIL;
    for (unsigned i = RCODE_FORMERR; i < RESOLVER_RCODES; i++) {
        if (counts->replies[i] > counts->replies[most])
            most = i;
    }
    return RCODE_NAMES[most];
}

static size_t print_failing(char *out, const char *endpoint, const struct resolver_counts *counts)
{
    const char *hint = counts->replies[RCODE_SERVFAIL] > 0
                           ? ": its upstream or its DNSSEC trust anchor may be at fault"
                           : "";
    return (size_t)snprintf(out, RESOLVER_FAULT_TEXT_MAX,
                            "%s answers every question with an error, mostly %s%s", endpoint,
                            error_name(counts), hint);
}

size_t resolver_fault_print(char out[RESOLVER_FAULT_TEXT_MAX], const struct resolver_counts *counts)
{
    char endpoint[ENDPOINT_TEXT_MAX];
    const char *text = NULL;
    endpoint_print_asked(endpoint, &counts->endpoint);
    out[0] = '\0';
    switch (resolver_counts_fault(counts)) {
    case RESOLVER_ANSWERS:
        return 0;
    case RESOLVER_UNASKED:
        text = "was asked no question";
        break;
    case RESOLVER_SILENT:
        text = "does not answer";
        break;
    case RESOLVER_REFUSES:
        text = counts->filtered > 0
                   ? "answers no question: it filters them by a policy of its own, or refuses them"
                   : "answers REFUSED to every question: it does not serve this host";
        break;
    case RESOLVER_NO_RECURSION:
        text = "does not recurse: it passes questions back instead of answering them";
        break;
    case RESOLVER_FAILS:
        return print_failing(out, endpoint, counts);
    }
    return (size_t)snprintf(out, RESOLVER_FAULT_TEXT_MAX, "%s %s", endpoint, text);
}

size_t resolver_filter_print(char out[RESOLVER_FAULT_TEXT_MAX],
                             const struct resolver_counts *counts)
{
    char endpoint[ENDPOINT_TEXT_MAX];
    out[0] = '\0';
    if (counts->filtered == 0)
        return 0;
    endpoint_print_asked(endpoint, &counts->endpoint);
    return (size_t)snprintf(out, RESOLVER_FAULT_TEXT_MAX,
                            "%s withheld %" PRIu64 " of %" PRIu64 " answers", endpoint,
                            counts->filtered, all_replies(counts));
}

/* ---- several resolvers ---- */

/* All the numbers, in the order of the text. */
static uint64_t *number_of(struct resolver_counts *counts, unsigned n)
{
    uint64_t *const rest[NUMBERS - RESOLVER_RCODES] = {&counts->passed_back,     &counts->silent,
                                                       &counts->recursive,       &counts->probes,
                                                       &counts->probes_answered, &counts->filtered};
    return n < RESOLVER_RCODES ? &counts->replies[n] : rest[n - RESOLVER_RCODES];
}

static uint64_t number_in(const struct resolver_counts *counts, unsigned n)
{
    struct resolver_counts copy = *counts;
    return *number_of(&copy, n);
}

static bool is_same(const struct endpoint *a, const struct endpoint *b)
{
    return a->port == b->port && ipaddr_equal(&a->address, &b->address);
}

static void merge_one(struct resolvers_counts *into, const struct resolver_counts *from)
{
    unsigned i = 0;
    while (i < into->count && !is_same(&into->of[i].endpoint, &from->endpoint))
        i++;
    if (i == ENDPOINTS_MAX)
        return;
    if (i == into->count)
        into->of[into->count++] = (struct resolver_counts){.endpoint = from->endpoint};
    for (unsigned n = 0; n < NUMBERS; n++)
        *number_of(&into->of[i], n) += number_in(from, n);
}

void resolvers_counts_merge(struct resolvers_counts *into, const struct resolvers_counts *from)
{
    for (unsigned i = 0; i < from->count; i++)
        merge_one(into, &from->of[i]);
}

bool resolvers_counts_show_no_answer(const struct resolvers_counts *counts)
{
    bool asked = false;
    for (unsigned i = 0; i < counts->count; i++) {
        enum resolver_fault fault = resolver_counts_fault(&counts->of[i]);
        if (fault == RESOLVER_ANSWERS)
            return false;
        asked = asked || fault != RESOLVER_UNASKED;
    }
    return asked;
}

/* ---- as text ---- */

void resolvers_counts_print(char out[RESOLVERS_COUNTS_TEXT_MAX],
                            const struct resolvers_counts *counts)
{
    size_t used = 0;
    out[0] = '\0';
    for (unsigned i = 0; i < counts->count; i++) {
        used += endpoint_print(out + used, &counts->of[i].endpoint);
        unsigned numbers = counts->of[i].filtered > 0 ? NUMBERS : NUMBERS_BEFORE;
        for (unsigned n = 0; n < numbers; n++)
            used += (size_t)snprintf(out + used, RESOLVERS_COUNTS_TEXT_MAX - used, "%c%llu",
                                     n == 0 ? '=' : ',',
                                     (unsigned long long)number_in(&counts->of[i], n));
        if (i + 1 < counts->count)
            out[used++] = ' ';
    }
}

/* Digits only. */
static bool parse_number(uint64_t *out, const char **at)
{
    char *end = NULL;
    if (**at < '0' || **at > '9')
        return false;
    errno = 0;
    *out = strtoull(*at, &end, 10);
    *at = end;
    return errno == 0;
}

static bool parse_one(struct resolver_counts *out, const char **at)
{
    char endpoint[ENDPOINT_TEXT_MAX];
    size_t length = strcspn(*at, "=");
    *out = (struct resolver_counts){0};
    if ((*at)[length] == '\0' || length >= sizeof(endpoint))
        return false;
    memcpy(endpoint, *at, length);
    endpoint[length] = '\0';
    *at += length;
    if (!endpoint_parse(&out->endpoint, endpoint))
        return false;
    for (unsigned n = 0; n < NUMBERS; n++) {
        ++*at; /* '=' before the first number, ',' before the others */
        if (!parse_number(number_of(out, n), at))
            return false;
        if (**at != ',')
            return n + 1 >= NUMBERS_BEFORE && (**at == ' ' || **at == '\0');
    }
    return false; /* more numbers than there are */
}

void resolvers_counts_parse(struct resolvers_counts *out, const char *text)
{
    *out = (struct resolvers_counts){0};
    while (*text && out->count < ENDPOINTS_MAX && parse_one(&out->of[out->count], &text)) {
        out->count++;
        text += *text == ' ';
    }
}
