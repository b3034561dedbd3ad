/* The table of options, shared by the parser and --help. */
#ifndef AUDIT_COMMAND_OPTIONS_PRIVATE_H
#define AUDIT_COMMAND_OPTIONS_PRIVATE_H

#include "audit/command/options.h"

enum {
    FOR_AUDIT = 1 << COMMAND_AUDIT,
    FOR_REPORT = 1 << COMMAND_REPORT,
    FOR_COMPARE = 1 << COMMAND_COMPARE,
    FOR_NIGHTLY = 1 << COMMAND_NIGHTLY,
    FOR_EXPLAIN = 1 << COMMAND_EXPLAIN,
    FOR_BOTH = FOR_AUDIT | FOR_REPORT,
    FOR_LOOKUPS = FOR_AUDIT | FOR_NIGHTLY,
    FOR_REPORTS = FOR_BOTH | FOR_NIGHTLY,
    FOR_RUNS = FOR_REPORTS | FOR_COMPARE,
    FOR_ALL = FOR_RUNS | FOR_EXPLAIN
};
enum {
    OPTIONS_MAX = 64,
    CHOICES_TEXT_MAX = 80,
    QUOTED_MAX = 200 /* bytes of an argument quoted in a message */
};

struct option_row;

/* Stores the value of an option in its field of struct options. value: NULL for an option without
 * value. */
typedef bool take_fn(void *field, const struct option_row *row, const char *value,
                     struct failure *failure);

struct option_row {
    const char *group; /* heading above this row in --help, or NULL */
    const char *name;
    char letter;                /* 0: none */
    const char *argument;       /* name of the value in --help; NULL: no value, or choices */
    const char *const *choices; /* all values, in the order of their enum */
    unsigned commands;          /* FOR_... */
    take_fn *take;
    size_t field;
    uint64_t min, max; /* limits of a whole number */
    const char *help;
    bool network; /* concerns resolvers: makes no sense with --zone */
};

take_fn take_unsigned, take_max_range, take_count, take_walk, take_rate, take_choice,
    take_first_of_two, take_prefix, take_text, take_shard, take_vantage, take_confirm,
    take_resolver, take_side, take_zone, take_ask, take_findings, take_percent, take_flag,
    take_more, take_help, take_version;

/* The i-th option, in the order of --help; NULL past the end. */
const struct option_row *option_at(unsigned i);
bool option_has_value(const struct option_row *row);
/* "udp|tcp|tls", or with another separator. */
void option_join_choices(char out[CHOICES_TEXT_MAX], const struct option_row *row,
                         const char *separator);

#endif
