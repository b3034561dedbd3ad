#include "tests/responder/faults.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/responder/mutate.h"

enum {
    HEADER = 12,
    QUESTION_FIXED = 4,
    RECORD_FIXED = 10,
    OPT_SIZE = 11,
    TYPE_OPT = 41,
    SLOW_SLOTS = 1 << 20, /* names that are tracked; a power of two */
    SLOW_MAX_MS = 60000,
    ERROR_MAX_S = 3600,
    TCP_CLOSE_MAX = 65535,
};

static const struct {
    const char *word;
    uint8_t rcode;
} RCODES[] = {{"servfail", 2}, {"refused", 5}};

const char FAULTS_HELP[] =
    "  --fault KIND[=VALUE] repeatable; a fault of the replies:\n"
    "      flip=PERCENT            flip a bit in this share of the octets\n"
    "      flip-frame=PERCENT      the same where a check can detect it: not in RDATA, and not in\n"
    "                              the RCODE of a reply without records\n"
    "      slow=PERCENT:MIN-MAX    milliseconds before the first answer of these names\n"
    "      error=RCODE:SECONDS     servfail or refused for all names in the first seconds\n"
    "      mutate=PERCENT          mutate this share of the replies\n"
    "      tcp-cut=PERCENT         break off this share of the replies over TCP\n"
    "      tcp-close=N             close a connection after N replies\n"
    "      tcp-trickle             send a few octets at a time over TCP\n"
    "      tcp-refuse              refuse TCP connections\n"
    "      oversize                datagrams longer than the query allows\n";

static bool read_share(const char **at, uint64_t *out)
{
    char *end = NULL;
    double percent = strtod(*at, &end);

    *out = (uint64_t)(percent / 100 * 4294967296.0);
    bool good = end != *at && percent >= 0 && percent <= 100;
    *at = end;
    return good;
}

static bool read_whole(const char **at, unsigned max, unsigned *out)
{
    char *end = NULL;
    unsigned long number = strtoul(*at, &end, 10);
    bool good = **at >= '0' && **at <= '9' && number <= max;

    *out = (unsigned)number;
    *at = end;
    return good;
}

static bool skip(const char **at, char wanted)
{
    bool there = **at == wanted;

    *at += there;
    return there;
}

static bool read_slow(struct fault_settings *out, const char **at)
{
    return read_share(at, &out->slow) && skip(at, ':') &&
           read_whole(at, SLOW_MAX_MS, &out->slow_min_ms) && skip(at, '-') &&
           read_whole(at, SLOW_MAX_MS, &out->slow_max_ms) && out->slow_min_ms <= out->slow_max_ms;
}

static uint8_t read_rcode(const char **at)
{
    for (size_t i = 0; i < sizeof(RCODES) / sizeof(*RCODES); i++) {
        size_t length = strlen(RCODES[i].word);

        if (strncmp(*at, RCODES[i].word, length) == 0) {
            *at += length;
            return RCODES[i].rcode;
        }
    }
    return 0;
}

uint8_t faults_rcode(const char *word)
{
    uint8_t rcode = read_rcode(&word);

    return *word == '\0' ? rcode : 0;
}

static bool read_error(struct fault_settings *out, const char **at)
{
    unsigned seconds = 0;

    out->error_rcode = read_rcode(at);
    bool good = out->error_rcode != 0 && skip(at, ':') && read_whole(at, ERROR_MAX_S, &seconds);
    out->error_ms = seconds * 1000;
    return good;
}

static bool read_value(struct fault_settings *out, const char *kind, size_t length, const char **at)
{
    const struct {
        const char *word;
        uint64_t *share;
    } shares[] = {{"flip", &out->flip},
                  {"flip-frame", &out->flip_frame},
                  {"mutate", &out->mutate},
                  {"tcp-cut", &out->tcp_cut}};
    for (size_t i = 0; i < sizeof(shares) / sizeof(*shares); i++) {
        if (strlen(shares[i].word) == length && memcmp(kind, shares[i].word, length) == 0) {
            return read_share(at, shares[i].share);
        }
    }
    if (length == 9 && memcmp(kind, "tcp-close", length) == 0) {
        return read_whole(at, TCP_CLOSE_MAX, &out->tcp_close) && out->tcp_close > 0;
    }
    if (length == 4 && memcmp(kind, "slow", length) == 0) {
        return read_slow(out, at);
    }
    return length == 5 && memcmp(kind, "error", length) == 0 && read_error(out, at);
}

bool faults_parse(struct fault_settings *settings, const char *text, char why[FAULT_WHY_MAX])
{
    const char *equals = strchr(text, '=');
    const char *at = equals ? equals + 1 : NULL;
    bool good = false;

    if (equals) {
        good = read_value(settings, text, (size_t)(equals - text), &at) && *at == '\0';
    } else {
        bool refuse = strcmp(text, "tcp-refuse") == 0;
        bool trickle = strcmp(text, "tcp-trickle") == 0;
        bool oversize = strcmp(text, "oversize") == 0;

        settings->tcp_refuse |= refuse;
        settings->tcp_trickle |= trickle;
        settings->oversize |= oversize;
        good = refuse || trickle || oversize;
    }
    if (!good) {
        snprintf(why, FAULT_WHY_MAX,
                 "--fault %s: no such fault, or a wrong value; --help lists them", text);
    }
    return good;
}

bool faults_init(struct faults *faults, const struct fault_settings *settings)
{
    *faults = (struct faults){.settings = *settings};
    if (settings->slow != 0) {
        faults->slow_seen = calloc(SLOW_SLOTS, sizeof(*faults->slow_seen));
    }
    return settings->slow == 0 || faults->slow_seen;
}

void faults_free(struct faults *faults)
{
    free(faults->slow_seen);
    faults->slow_seen = NULL;
}

static uint16_t get16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

/* Returns the position after the name at `at`; a pointer ends a name. */
static size_t name_end(const uint8_t *wire, size_t at, size_t length)
{
    while (at < length && wire[at] != 0 && wire[at] < 0xc0) {
        at += wire[at] + 1u;
    }
    return at < length && wire[at] >= 0xc0 ? at + 2 : at + 1;
}

static uint64_t hash_question(const uint8_t *reply, size_t length)
{
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    size_t end = name_end(reply, HEADER, length) + QUESTION_FIXED;

    for (size_t i = HEADER; i < end && i < length; i++) {
        hash = (hash ^ reply[i]) * 1099511628211u;
    }
    return (hash ^ hash >> 29) * 0x9e3779b97f4a7c15u;
}

/* When the name was first queried. If the table is full, the name is not delayed. */
static int64_t first_asked_ms(struct faults *faults, uint64_t hash, int64_t now_ms)
{
    uint64_t mark = hash & 0xffffffff00000000u;
    uint64_t mine = mark | ((uint64_t)now_ms & UINT32_MAX) | 1;

    for (uint64_t i = 0; i < SLOW_SLOTS; i++) {
        _Atomic uint64_t *slot = &faults->slow_seen[(hash + i) & (SLOW_SLOTS - 1)];
        uint64_t seen = 0;
        if (atomic_compare_exchange_strong(slot, &seen, mine)) {
            return now_ms;
        }
        if ((seen & 0xffffffff00000000u) == mark) {
            return (now_ms & ~(int64_t)UINT32_MAX) | (int64_t)(seen & UINT32_MAX);
        }
    }
    return 0;
}

/* Behaves like a resolver with a cold cache: early queries wait, later ones are answered at
 * once. */
static unsigned slowness_ms(struct faults *faults, const uint8_t *reply, size_t length,
                            int64_t now_ms)
{
    const struct fault_settings *settings = &faults->settings;
    uint64_t hash = hash_question(reply, length);

    if ((hash & UINT32_MAX) >= settings->slow) {
        return 0;
    }
    unsigned span = settings->slow_max_ms - settings->slow_min_ms + 1;
    int64_t known_ms =
        first_asked_ms(faults, hash, now_ms) + settings->slow_min_ms + (int64_t)(hash >> 40) % span;
    return known_ms > now_ms ? (unsigned)(known_ms - now_ms) : 0;
}

static bool in_error(struct faults *faults, int64_t now_ms)
{
    int64_t first = 0;

    if (faults->settings.error_rcode == 0) {
        return false;
    }
    if (atomic_compare_exchange_strong(&faults->first_ms, &first, now_ms + 1)) {
        first = now_ms + 1;
    }
    return now_ms - (first - 1) < (int64_t)faults->settings.error_ms;
}

size_t faults_make_error(uint8_t *reply, size_t length, uint8_t rcode)
{
    size_t end = name_end(reply, HEADER, length) + QUESTION_FIXED;

    if (end > length) {
        return length;
    }
    reply[2] &= (uint8_t)~0x02;
    reply[3] = (uint8_t)((reply[3] & 0xf0) | rcode);
    memset(reply + 6, 0, 6);
    return end;
}

/* False: the octet is in RDATA, or outside all records. */
static bool is_frame(const uint8_t *reply, size_t length, size_t wanted)
{
    size_t at = name_end(reply, HEADER, length) + QUESTION_FIXED;

    while (at <= wanted && at < length) {
        size_t fixed = name_end(reply, at, length);

        if (fixed + RECORD_FIXED > length) {
            return true;
        }
        size_t next = fixed + RECORD_FIXED + get16(reply + fixed + 8);
        if (wanted >= fixed + RECORD_FIXED && wanted < next) {
            return false;
        }
        at = next;
    }
    return true;
}

/* A reply without records, as errors are: another RCODE makes a valid reply that no check can
 * detect. */
static bool is_bare_rcode(const uint8_t *reply, size_t at)
{
    return at == 3 && get16(reply + 6) == 0 && get16(reply + 8) == 0;
}

static bool flip(uint8_t *reply, size_t length, uint64_t share, bool frame_only, random_fn *random,
                 void *state)
{
    uint8_t whole[UINT16_MAX];
    bool flipped = false;

    memcpy(whole, reply, length);
    for (size_t i = 0; i < length; i++) {
        if (random(state) < share &&
            (!frame_only || (is_frame(whole, length, i) && !is_bare_rcode(whole, i)))) {
            reply[i] ^= (uint8_t)(1u << (random(state) & 7));
            flipped = true;
        }
    }
    return flipped;
}

size_t faults_spoil(struct faults *faults, uint8_t *reply, size_t length, size_t cap,
                    int64_t now_ms, unsigned *delay_ms, random_fn *random, void *state)
{
    const struct fault_settings *settings = &faults->settings;
    bool spoilt = false;

    if (length < HEADER || length > UINT16_MAX) {
        return length;
    }
    if (settings->slow != 0) {
        *delay_ms += slowness_ms(faults, reply, length, now_ms);
    }
    if (in_error(faults, now_ms)) {
        length = faults_make_error(reply, length, settings->error_rcode);
        spoilt = true;
    }
    if (settings->mutate != 0 && random(state) < settings->mutate) {
        length = mutate(reply, length, cap, random, state);
        spoilt = true;
    }
    if (settings->flip != 0) {
        spoilt |= flip(reply, length, settings->flip, false, random, state);
    }
    if (settings->flip_frame != 0) {
        spoilt |= flip(reply, length, settings->flip_frame, true, random, state);
    }
    atomic_fetch_add_explicit(&faults->made, spoilt, memory_order_relaxed);
    return length;
}

/* The OPT record is the last record of a query. */
void faults_widen(const struct faults *faults, uint8_t *query, size_t length)
{
    if (!faults->settings.oversize || length < HEADER + OPT_SIZE) {
        return;
    }
    uint8_t *opt = query + length - OPT_SIZE;
    if (opt[0] == 0 && get16(opt + 1) == TYPE_OPT) {
        memset(opt + 3, 0xff, 2);
    }
}
