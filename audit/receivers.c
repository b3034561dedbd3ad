#include "audit/receivers.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define RULE(of_missing, of_mismatch, of_localhost, of_generic, of_temporary_ptr, of_temporary) \
    {                                                                                           \
        .missing = OUTCOME_##of_missing, .mismatch = OUTCOME_##of_mismatch,                     \
        .localhost = OUTCOME_##of_localhost, .generic = OUTCOME_##of_generic,                   \
        .temporary_ptr = OUTCOME_##of_temporary_ptr, .temporary = OUTCOME_##of_temporary        \
    }
#define BOTH(...) .ipv4 = RULE(__VA_ARGS__), .ipv6 = RULE(__VA_ARGS__)
#define SEEN_IN "2026-11"

/* clang-format off */

/* Columns of a rule: missing, mismatch, localhost, generic, a temporary error of the PTR question,
 * a temporary error of an address question. A row for software gives the rule that its source
 * names, as if it were switched on. An outcome that the administrator chooses is unknown; so is
 * every case that the source does not mention. */
static const struct receiver TABLE[RECEIVERS_BUILT_IN] = {
    {"gmail", "Gmail", NAMES_UNKNOWN, FAMILIES_BOTH, BASIS_DOCUMENT, false,
     BOTH(REFUSES, REFUSES, REFUSES, UNKNOWN, UNKNOWN, UNKNOWN),
     "sender guidelines: 550 5.7.25 refusal, 421 4.7.23 rate limit; IPv4 and IPv6", SEEN_IN},
    {"microsoft", "Microsoft 365", NAMES_UNKNOWN, FAMILIES_IPV6, BASIS_DOCUMENT, false,
     .ipv4 = RULE(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
     .ipv6 = RULE(DEFERS, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
     "Microsoft documents: 450 4.7.25 for IPv6 without PTR; "
     "for IPv4 the text does not demand a PTR", SEEN_IN},
    {"yahoo", "Yahoo", NAMES_UNKNOWN, FAMILIES_UNKNOWN, BASIS_DOCUMENT, false,
     BOTH(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
     "sender guidelines: valid forward and reverse DNS, names that do not look generic; "
     "the consequence is not stated",
     SEEN_IN},
    {"icloud", "Apple iCloud", NAMES_UNKNOWN, FAMILIES_UNKNOWN, BASIS_DOCUMENT, false,
     BOTH(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
     "sender guidelines: reverse DNS in the sender's own domain; the consequence is not stated",
     SEEN_IN},
    {"gmx", "GMX and the 1&1 family", NAMES_UNKNOWN, FAMILIES_UNKNOWN, BASIS_DOCUMENT, false,
     BOTH(REFUSES, REFUSES, REFUSES, UNKNOWN, UNKNOWN, UNKNOWN),
     "its reply: 550 \"inconsistent or no DNS PTR record\"", SEEN_IN},
    {"postfix", "Postfix, reject_unknown_client_hostname", NAMES_ONE, FAMILIES_BOTH,
     BASIS_CODE, false,
     BOTH(DEFERS, DEFERS, DEFERS, UNKNOWN, DEFERS, DEFERS),
     "Postfix: 450 by default, always 450 if the error is temporary", SEEN_IN},
    {"postfix-reverse", "Postfix, reject_unknown_reverse_client_hostname", NAMES_ONE,
     FAMILIES_BOTH, BASIS_CODE,
     false, BOTH(DEFERS, ACCEPTS, ACCEPTS, ACCEPTS, UNKNOWN, ACCEPTS),
     "Postfix: 450 by default, for a missing PTR only", SEEN_IN},
    {"opensmtpd", "OpenSMTPD, fcrdns filter", NAMES_ONE, FAMILIES_BOTH, BASIS_CODE, false,
     BOTH(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
     "OpenSMTPD: the fcrdns filter reports it; the consequence is the administrator's choice",
     SEEN_IN},
    {"exim", "Exim, verify = reverse_host_lookup", NAMES_ALL, FAMILIES_BOTH, BASIS_CODE, true,
     BOTH(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, DEFERS),
     "Exim: any temporary forward error defers; "
     "any other consequence is the administrator's choice", SEEN_IN},
    {"haraka", "Haraka, fcrdns plugin with its deny on", NAMES_ALL, FAMILIES_UNKNOWN,
     BASIS_CODE, false,
     BOTH(REFUSES, REFUSES, REFUSES, UNKNOWN, UNKNOWN, UNKNOWN),
     "Haraka: optional deny; "
     "it also passes a name that resolves to a neighbour in the same network", SEEN_IN},
    {"stalwart", "Stalwart", NAMES_TWO, FAMILIES_UNKNOWN, BASIS_CODE, false,
     BOTH(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
     "Stalwart: looks at two names and writes iprev; the consequence is the administrator's choice",
     SEEN_IN},
    {"rspamd", "rspamd", NAMES_ONE, FAMILIES_UNKNOWN, BASIS_CODE, false,
     BOTH(PENALISES, UNKNOWN, UNKNOWN, PENALISES, PENALISES, UNKNOWN),
     "rspamd: RDNS_NONE 2.0, on a DNS error of the PTR question too; "
     "HFILTER_HOSTNAME_1 to 5 0.5 to 3 for generic names", SEEN_IN},
    {"spamassassin", "SpamAssassin", NAMES_UNKNOWN, FAMILIES_UNKNOWN, BASIS_CODE, false,
     BOTH(PENALISES, UNKNOWN, PENALISES, PENALISES, UNKNOWN, UNKNOWN),
     "SpamAssassin: RDNS_NONE 0.8 to 2.4, RDNS_DYNAMIC 0.4 to 2.6, RDNS_LOCALHOST up to 3.7",
     SEEN_IN},
};

/* clang-format on */

static const struct outcome_row OUTCOME_ROWS[OUTCOMES] = {
    [OUTCOME_ACCEPTS] = {"accepts", "No reported rule of the receiver is against the address."},
    [OUTCOME_UNKNOWN] = {"unknown", "No source says what the receiver does."},
    [OUTCOME_PENALISES] = {"penalises",
                           "The receiver is reported to accept the message with a penalty."},
    [OUTCOME_DEFERS] =
        {"defers", "The receiver is reported to answer with a temporary error: try again later."},
    [OUTCOME_REFUSES] = {"refuses", "The receiver is reported to refuse the message."},
};

static const struct outcome_row REASON_ROWS[RECEIVER_REASONS] = {
    [REASON_CONFIRMED] = {"confirmed", "The names that the receiver checks resolve back."},
    [REASON_NO_PTR] = {"no-ptr", "The address has no PTR record."},
    [REASON_MISMATCH] = {"mismatch", "A PTR name does not resolve back to the address."},
    [REASON_LOCALHOST] = {"localhost", "A PTR name is localhost."},
    [REASON_GENERIC] = {"generic-name", "A PTR name looks generic."},
    [REASON_TEMPORARY] = {"temporary-error", "The DNS answered with an error."},
    [REASON_SOME_NAMES] =
        {"some-names", "The outcome depends on which of several PTR names the receiver checks."},
    [REASON_UNANSWERED] = {"unanswered", "No reply came from the DNS, or no question was sent."},
    [REASON_NOT_PUBLIC] = {"not-public", "No receiver on the Internet sees the address."},
};

const struct outcome_row *outcome_row(enum outcome outcome)
{
    return &OUTCOME_ROWS[outcome];
}

const struct outcome_row *receiver_reason_row(enum receiver_reason reason)
{
    return &REASON_ROWS[reason];
}

const char *names_tried_key(enum names_tried names)
{
    static const char *const KEYS[] = {
        [NAMES_UNKNOWN] = "unknown", [NAMES_ONE] = "1", [NAMES_TWO] = "2", [NAMES_ALL] = "all"};

    return KEYS[names];
}

const char *receiver_families_text(enum receiver_families families)
{
    static const char *const TEXTS[] = {[FAMILIES_UNKNOWN] = "unknown",
                                        [FAMILIES_IPV4] = "IPv4",
                                        [FAMILIES_IPV6] = "IPv6",
                                        [FAMILIES_BOTH] = "IPv4, IPv6"};

    return TEXTS[families];
}

const char *receiver_basis_key(enum receiver_basis basis)
{
    static const char *const KEYS[] = {
        [BASIS_DOCUMENT] = "document", [BASIS_CODE] = "code", [BASIS_OWN] = "own"};

    return KEYS[basis];
}

const struct receiver *receiver_at(unsigned index)
{
    return index < RECEIVERS_BUILT_IN ? &TABLE[index] : NULL;
}

static const struct receiver *row_of_key(const struct receiver *rows, unsigned count,
                                         const char *key, size_t len)
{
    for (unsigned i = 0; i < count; i++)
        if (strlen(rows[i].key) == len && memcmp(rows[i].key, key, len) == 0)
            return &rows[i];
    return NULL;
}

const struct receiver *receiver_of_key(const char *key, size_t len)
{
    return row_of_key(TABLE, RECEIVERS_BUILT_IN, key, len);
}

/* Selecting receivers for a report. */

static void add_all(struct receiver_list *out, const struct receiver *rows, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        out->rows[out->count++] = &rows[i];
}

__attribute__((format(printf, 2, 3))) static bool refuse(struct receiver_fault *why,
                                                         const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void)vsnprintf(why->text, sizeof why->text, format, args);
    va_end(args);
    return false;
}

/* Lists the known receivers. The unknown word may contain anything and is not repeated. */
static bool refuse_key(struct receiver_fault *why, unsigned position, const struct receiver *own,
                       unsigned own_count)
{
    size_t used;

    (void)refuse(why, "receiver %u of the list is unknown; the known ones are", position);
    for (unsigned i = 0; i < RECEIVERS_BUILT_IN + own_count; i++) {
        const struct receiver *row =
            i < RECEIVERS_BUILT_IN ? &TABLE[i] : &own[i - RECEIVERS_BUILT_IN];

        used = strlen(why->text);
        (void)snprintf(why->text + used, sizeof why->text - used, "%s %s", i ? "," : "", row->key);
    }
    return false;
}

static bool holds(const struct receiver_list *list, const struct receiver *row)
{
    for (unsigned i = 0; i < list->count; i++)
        if (list->rows[i] == row)
            return true;
    return false;
}

static bool select_key(struct receiver_list *out, const char *key, size_t len, unsigned position,
                       const struct receiver *own, unsigned own_count, struct receiver_fault *why)
{
    const struct receiver *row;

    while (len > 0 && key[0] == ' ') {
        key++;
        len--;
    }
    while (len > 0 && key[len - 1] == ' ')
        len--;
    row = receiver_of_key(key, len);
    if (!row)
        row = row_of_key(own, own_count, key, len);
    if (!row)
        return refuse_key(why, position, own, own_count);
    if (holds(out, row))
        return refuse(why, "receiver %s is twice in the list", row->key);
    out->rows[out->count++] = row;
    return true;
}

bool receivers_select(struct receiver_list *out, const char *keys, const struct receiver *own,
                      unsigned own_count, struct receiver_fault *why)
{
    unsigned position = 0;

    out->count = 0;
    if (!keys) {
        add_all(out, TABLE, RECEIVERS_BUILT_IN);
        add_all(out, own, own_count);
        return true;
    }
    for (size_t len;; keys += len + 1) {
        len = strcspn(keys, ",");
        if (!select_key(out, keys, len, ++position, own, own_count, why))
            return false;
        if (keys[len] == '\0')
            return true;
    }
}

static size_t append(char *out, size_t used, const char *text)
{
    size_t len = strlen(text);

    memcpy(out + used, text, len);
    return used + len;
}

/* Called for every address, so without snprintf. RECEIVERS_TEXT_MAX has room for the longest keys
 * and words. */
size_t receivers_print(char out[RECEIVERS_TEXT_MAX], const struct receiver_list *list,
                       const struct receiver_result *results)
{
    size_t used = 0;

    for (unsigned i = 0; i < list->count; i++) {
        if (results[i].outcome == OUTCOME_ACCEPTS)
            continue;
        if (used > 0)
            out[used++] = ';';
        used = append(out, used, list->rows[i]->key);
        out[used++] = '=';
        used = append(out, used, OUTCOME_ROWS[results[i].outcome].key);
    }
    out[used] = '\0';
    return used;
}
