/* The values of options: each function checks a value and stores it. */
#include "audit/command/options_private.h"

#include <stdio.h>
#include <string.h>

#include "audit/ascii.h"
#include "audit/target.h"
#include "io/system/text_list.h"

enum { PERCENT_DIGITS_MAX = 12, CONFIRM_DIGITS_MAX = 4 };

enum { KEYS_TEXT_MAX = 32 * FINDINGS };

static bool take_number(uint64_t *out, const struct option_row *row, const char *value,
                        struct failure *failure)
{
    ip_count number = 0; /* too wide to overflow before the comparison */
    bool good = *value != '\0';
    for (const char *c = value; good && *c != '\0'; c++) {
        number = number * 10 + (unsigned char)(*c - '0');
        good = ascii_is_digit(*c) && number <= row->max;
    }
    if (!good || number < row->min)
        return failure_set(failure, EXIT_TROUBLE,
                           "--%s needs a whole number from %ju to %ju, not \"%.*s\"", row->name,
                           (uintmax_t)row->min, (uintmax_t)row->max, QUOTED_MAX, value);
    *out = (uint64_t)number;
    return true;
}

bool take_unsigned(void *field, const struct option_row *row, const char *value,
                   struct failure *failure)
{
    uint64_t number;
    if (!take_number(&number, row, value, failure))
        return false;
    *(unsigned *)field = (unsigned)number;
    return true;
}

bool take_max_range(void *field, const struct option_row *row, const char *value,
                    struct failure *failure)
{
    uint64_t number;
    if (!take_number(&number, row, value, failure))
        return false;
    *(ip_count *)field = number;
    return true;
}

bool take_count(void *field, const struct option_row *row, const char *value,
                struct failure *failure)
{
    return take_number(field, row, value, failure);
}

/* --walk PREFIX is the input "walk PREFIX". */
bool take_walk(void *field, const struct option_row *row, const char *value,
               struct failure *failure)
{
    struct options *options = field;
    char **walk = &options->walks[options->walk_count];
    struct target target;
    struct target_reason why;

    if (options->walk_count == WALKS_MAX)
        return failure_set(failure, EXIT_TROUBLE, "--%s can be given at most %d times", row->name,
                           WALKS_MAX);
    if (asprintf(walk, "walk %s", value) < 0)
        return failure_out_of_memory(failure);
    options->walk_count++;
    return target_parse(&target, *walk, strlen(*walk), &why) ||
           failure_set(failure, EXIT_TROUBLE, "--%s \"%.*s\": %s", row->name, QUOTED_MAX, value,
                       why.text);
}

bool take_rate(void *field, const struct option_row *row, const char *value,
               struct failure *failure)
{
    struct options *options = field;
    options->has_rate = true;
    return take_number(&options->rate, row, value, failure);
}

void option_join_choices(char out[CHOICES_TEXT_MAX], const struct option_row *row,
                         const char *separator)
{
    out[0] = '\0';
    for (unsigned i = 0; row->choices[i]; i++)
        text_list_add(out, CHOICES_TEXT_MAX, separator, row->choices[i]);
}

_Static_assert(sizeof(enum transport) == sizeof(unsigned) &&
                   sizeof(enum fail_on) == sizeof(unsigned) &&
                   sizeof(enum progress_mode) == sizeof(unsigned) &&
                   sizeof(enum explore_mode) == sizeof(unsigned) &&
                   sizeof(enum shard_by) == sizeof(unsigned),
               "take_choice stores an unsigned int in these fields");

bool take_choice(void *field, const struct option_row *row, const char *value,
                 struct failure *failure)
{
    for (unsigned i = 0; row->choices[i]; i++)
        if (strcmp(row->choices[i], value) == 0) {
            *(unsigned *)field = i;
            return true;
        }
    char known[CHOICES_TEXT_MAX];
    option_join_choices(known, row, ", ");
    return failure_set(failure, EXIT_TROUBLE, "--%s needs one of %s; not \"%.*s\"", row->name,
                       known, QUOTED_MAX, value);
}

/* A choice of two: true is the first one. */
bool take_first_of_two(void *field, const struct option_row *row, const char *value,
                       struct failure *failure)
{
    unsigned choice;
    if (!take_choice(&choice, row, value, failure))
        return false;
    *(bool *)field = choice == 0;
    return true;
}

bool take_prefix(void *field, const struct option_row *row, const char *value,
                 struct failure *failure)
{
    static const enum prefix_meaning MEANINGS[] = {PREFIX_NETWORK, PREFIX_HOST};
    unsigned choice;

    if (!take_choice(&choice, row, value, failure))
        return false;
    *(enum prefix_meaning *)field = MEANINGS[choice];
    return true;
}

bool take_text(void *field, const struct option_row *row, const char *value,
               struct failure *failure)
{
    if (*value == '\0')
        return failure_set(failure, EXIT_TROUBLE, "--%s needs a value that is not empty",
                           row->name);
    *(const char **)field = value;
    return true;
}

bool take_shard(void *field, const struct option_row *row, const char *value,
                struct failure *failure)
{
    return shard_parse(field, value) ||
           failure_set(
               failure, EXIT_TROUBLE,
               "--%s needs I/N, a shard from 0 to N-1 and their number, at most %d; not \"%.*s\"",
               row->name, SHARDS_MAX, QUOTED_MAX, value);
}

/* A port as other programs write it: "192.0.2.1:53", "[2001:db8::1]:53", "192.0.2.1#53". */
static bool parse_foreign_port(struct endpoint *out, const char *value)
{
    const char *hash = strrchr(value, '#');
    const char *mark = hash ? hash : strrchr(value, ':');
    char text[QUOTED_MAX];

    if (!mark)
        return false;
    int len = snprintf(text, sizeof(text), "%.*s@%s", (int)(mark - value), value, mark + 1);
    return len < QUOTED_MAX && endpoint_parse(out, text);
}

/* forms: what the option takes beside an address. */
static bool take_endpoint(struct endpoint *out, const struct option_row *row, const char *value,
                          const char *forms, struct failure *failure)
{
    if (endpoint_parse(out, value))
        return true;
    if (strchr(value, '%'))
        return failure_set(failure, EXIT_TROUBLE,
                           "--%s: \"%.*s\" names an interface, which is not supported: give an "
                           "address that is not link-local",
                           row->name, QUOTED_MAX, value);
    if (parse_foreign_port(out, value)) {
        char text[ENDPOINT_TEXT_MAX];

        endpoint_print(text, out);
        return failure_set(failure, EXIT_TROUBLE, "--%s: write \"%s\", not \"%s\"", row->name, text,
                           value);
    }
    return failure_set(failure, EXIT_TROUBLE, "--%s needs an IP address, %s, not \"%.*s\"",
                       row->name, forms, QUOTED_MAX, value);
}

static bool is_authoritative(uint16_t *port, const char *value)
{
    static const char WORD[] = "authoritative";
    return strncmp(value, WORD, sizeof(WORD) - 1) == 0 &&
           endpoint_parse_port(port, value + sizeof(WORD) - 1);
}

bool take_ask(void *field, const struct option_row *row, const char *value, struct failure *failure)
{
    struct options *options = field;
    options->ask_given = true;
    options->ask_authoritative = is_authoritative(&options->ask_port, value);
    if (options->ask_authoritative || strcmp(value, "resolver") == 0)
        return true;
    return failure_set(failure, EXIT_TROUBLE,
                       "--%s needs resolver or authoritative[@PORT], not \"%.*s\"", row->name,
                       QUOTED_MAX, value);
}

/* An address, or "authoritative", with an optional port. */
bool take_vantage(void *field, const struct option_row *row, const char *value,
                  struct failure *failure)
{
    struct options *options = field;
    struct endpoint *next = &options->vantages[options->vantage_count];
    if (is_authoritative(&options->authoritative_port, value)) {
        options->authoritative = true;
        return true;
    }
    if (options->vantage_count == ENDPOINTS_MAX)
        return failure_set(failure, EXIT_TROUBLE, "--%s can be given at most %d times", row->name,
                           ENDPOINTS_MAX);
    if (!take_endpoint(next, row, value, "address@port, or authoritative", failure))
        return false;
    if (endpoint_is_recursive(next))
        return failure_set(failure, EXIT_TROUBLE, "--%s asks a resolver, not \"%s\"", row->name,
                           value);
    for (unsigned i = 0; i < options->vantage_count; i++) {
        if (options->vantages[i].port == next->port &&
            ipaddr_equal(&options->vantages[i].address, &next->address))
            return true; /* a vantage given twice is asked once */
    }
    options->vantage_count++;
    return true;
}

/* "SECONDS", "authoritative[@PORT]", or both with a comma between them. */
bool take_confirm(void *field, const struct option_row *row, const char *value,
                  struct failure *failure)
{
    static const char WORD[] = "authoritative";
    struct options *options = field;
    const char *comma = strchr(value, ',');
    const char *word = comma ? comma + 1 : value;
    uint64_t seconds = CONFIRM_DEFAULT_S;
    char number[CONFIRM_DIGITS_MAX + 1] = "";

    options->confirm_port = 0;
    options->confirm_servers = strncmp(word, WORD, sizeof(WORD) - 1) == 0;
    if (!comma && !options->confirm_servers) {
        if (!take_number(&seconds, row, value, failure))
            return false;
    } else if (!options->confirm_servers ||
               !endpoint_parse_port(&options->confirm_port, word + sizeof(WORD) - 1) ||
               (comma && (size_t)(comma - value) >= sizeof(number))) {
        return failure_set(failure, EXIT_TROUBLE,
                           "--%s needs seconds, authoritative, or both like \"60,authoritative\", "
                           "not \"%.*s\"",
                           row->name, QUOTED_MAX, value);
    } else if (comma) {
        memcpy(number, value, (size_t)(comma - value));
        if (!take_number(&seconds, row, number, failure))
            return false;
    }
    options->confirm_s = (unsigned)seconds;
    return true;
}

bool take_resolver(void *field, const struct option_row *row, const char *value,
                   struct failure *failure)
{
    struct options *options = field;
    if (options->resolver_count == ENDPOINTS_MAX)
        return failure_set(failure, EXIT_TROUBLE, "--%s can be given at most %d times", row->name,
                           ENDPOINTS_MAX);
    struct endpoint *next = &options->resolvers[options->resolver_count];
    if (!take_endpoint(next, row, value, "address@port, or recursive", failure))
        return false;
    options->resolver_count++;
    return true;
}

bool take_side(void *field, const struct option_row *row, const char *value,
               struct failure *failure)
{
    struct compared_runs *side = field;

    if (side->count == SIDE_RUNS_MAX - 1) /* one is an operand */
        return failure_set(failure, EXIT_TROUBLE, "--%s can be given at most %d times", row->name,
                           SIDE_RUNS_MAX - 1);
    return take_text(&side->folders[side->count++], row, value, failure);
}

/* FILE, or NAME=FILE; a path that holds "=" begins with "/" or ".". */
bool take_zone(void *field, const struct option_row *row, const char *value,
               struct failure *failure)
{
    struct options *options = field;
    const char *equals = *value == '/' || *value == '.' ? NULL : strchr(value, '=');

    if (options->zone_count == ZONES_MAX)
        return failure_set(failure, EXIT_TROUBLE, "--%s can be given at most %d times", row->name,
                           ZONES_MAX);
    options->zone_names[options->zone_count] = equals ? value : NULL;
    return take_text(&options->zones[options->zone_count++], row, equals ? equals + 1 : value,
                     failure);
}

static void join_finding_keys(char out[KEYS_TEXT_MAX])
{
    out[0] = '\0';
    for (unsigned i = 0; i < FINDINGS; i++)
        text_list_add(out, KEYS_TEXT_MAX, ", ", finding_row(i)->key);
}

static bool is_key(const char *key, const char *text, size_t len)
{
    return strlen(key) == len && memcmp(key, text, len) == 0;
}

static bool refuse_finding(const struct option_row *row, const char *text, size_t len,
                           struct failure *failure)
{
    char known[KEYS_TEXT_MAX];
    bool verdict = false;
    for (unsigned i = 0; i < VERDICTS; i++)
        verdict |= is_key(verdict_row(i)->key, text, len);
    join_finding_keys(known);
    return failure_set(failure, EXIT_TROUBLE, "--%s needs one of %s; not \"%.*s\"%s", row->name,
                       known, (int)(len < QUOTED_MAX ? len : QUOTED_MAX), text,
                       verdict ? ", which is a verdict: --exceptions accepts those" : "");
}

/* Keys separated by commas. */
bool take_findings(void *field, const struct option_row *row, const char *value,
                   struct failure *failure)
{
    for (const char *key = value;; key++) {
        size_t len = strcspn(key, ",");
        unsigned finding = 0;
        while (finding < FINDINGS && !is_key(finding_row(finding)->key, key, len))
            finding++;
        if (finding == FINDINGS)
            return refuse_finding(row, key, len, failure);
        *(uint32_t *)field |= UINT32_C(1) << finding;
        key += len;
        if (*key == '\0')
            return true;
    }
}

/* Accepts digits with at most one point after the first. strtod would also accept signs, blanks,
 * exponents, "nan" and the decimal comma of a locale. */
static bool parse_percent(double *out, const char *text)
{
    size_t whole = strspn(text, "0123456789");
    size_t len = whole + (text[whole] == '.');
    len += strspn(text + len, "0123456789");
    if (whole == 0 || text[len] != '\0' || len > PERCENT_DIGITS_MAX)
        return false;
    double scale = 1;
    *out = 0;
    for (size_t i = 0; i < len; i++) {
        if (i > whole)
            scale *= 10;
        if (i != whole)
            *out = *out * 10 + (text[i] - '0');
    }
    *out /= scale;
    return *out <= 100;
}

bool take_percent(void *field, const struct option_row *row, const char *value,
                  struct failure *failure)
{
    double percent;
    if (!parse_percent(&percent, value))
        return failure_set(failure, EXIT_TROUBLE,
                           "--%s needs a percentage from 0 to 100, not \"%.*s\"", row->name,
                           QUOTED_MAX, value);
    *(double *)field = percent;
    return true;
}

bool take_flag(void *field, const struct option_row *row, const char *value,
               struct failure *failure)
{
    (void)row, (void)value, (void)failure;
    *(bool *)field = true;
    return true;
}

bool take_more(void *field, const struct option_row *row, const char *value,
               struct failure *failure)
{
    (void)row, (void)value, (void)failure;
    ++*(unsigned *)field;
    return true;
}

bool take_help(void *field, const struct option_row *row, const char *value,
               struct failure *failure)
{
    (void)row, (void)value, (void)failure;
    struct options *options = field;
    options->help_for = options->command;
    options->command = COMMAND_HELP;
    return true;
}

bool take_version(void *field, const struct option_row *row, const char *value,
                  struct failure *failure)
{
    (void)row, (void)value, (void)failure;
    ((struct options *)field)->command = COMMAND_VERSION;
    return true;
}
