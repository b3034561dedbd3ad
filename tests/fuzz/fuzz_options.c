/*
 * Input: the arguments of a command line, one per line. Accepted values are within the bounds in
 * --help. The operands, as parsing leaves them, are accepted again with the same result.
 */
#include <math.h>

#include "tests/fuzz/fuzz_file.h"

#include "audit/command/options.h"

enum { ARGUMENTS_MAX = 64, LINE_MAX_LENGTH = 4096 };

struct command_line {
    char program[sizeof "fcrdns"];
    char text[LINE_MAX_LENGTH + 1];
    int argc;
    char *argv[ARGUMENTS_MAX + 2];
};

static void split(struct command_line *line, const uint8_t *data, size_t size)
{
    char *at = line->text;

    line->argc = 0;
    memcpy(line->program, "fcrdns", sizeof line->program);
    line->argv[line->argc++] = line->program;
    memcpy(line->text, data, size);
    line->text[size] = '\0';
    for (char *end = at + size; at < end && line->argc <= ARGUMENTS_MAX; at += strlen(at) + 1) {
        at[strcspn(at, "\n")] = '\0';
        line->argv[line->argc++] = at;
    }
    line->argv[line->argc] = NULL;
}

static void check_resolvers(const struct options *options)
{
    char text[ENDPOINT_TEXT_MAX];
    struct endpoint again;

    REQUIRE(options->resolver_count <= ENDPOINTS_MAX);
    for (unsigned i = 0; i < options->resolver_count; i++) {
        REQUIRE(endpoint_print(text, &options->resolvers[i]) < sizeof text);
        REQUIRE(endpoint_parse(&again, text));
        REQUIRE(ipaddr_equal(&again.address, &options->resolvers[i].address));
        REQUIRE(again.port == options->resolvers[i].port);
    }
}

static void check_bounds(const struct options *options)
{
    REQUIRE(options->concurrency >= 1 && options->concurrency <= CONCURRENCY_MAX);
    REQUIRE(options->threads <= THREADS_MAX && options->timeout_ms >= 1 && options->tries >= 1);
    REQUIRE(options->zone_count <= ZONES_MAX && options->max_range >= 1);
    REQUIRE(isfinite(options->max_unanswered));
    REQUIRE(options->max_unanswered >= 0 && options->max_unanswered <= 100);
    REQUIRE(options->ignored < UINT64_C(1) << FINDINGS);
    REQUIRE(transport_key(options->transport) != NULL);
    REQUIRE(!options->resume || !options->force);
    if (options->command == COMMAND_REPORT)
        REQUIRE(options->operand_count > 0);
    for (unsigned i = 0; i < options->zone_count; i++)
        REQUIRE(options->zones[i] != NULL);
    for (unsigned i = 0; i < options->operand_count; i++)
        REQUIRE(options->operands[i] != NULL);
    check_resolvers(options);
}

/* Parses the operands again, after "--", since some may begin with a dash. */
static void check_again(const struct command_line *line, const struct options *options)
{
    static struct command_line twice;
    static char dashes[] = "--";
    struct failure failure = {0};
    struct options again;

    twice.argc = 0;
    twice.argv[twice.argc++] = line->argv[0];
    twice.argv[twice.argc++] = line->argv[1];
    twice.argv[twice.argc++] = dashes;
    for (unsigned i = 0; i < options->operand_count && twice.argc <= ARGUMENTS_MAX; i++)
        twice.argv[twice.argc++] = options->operands[i];
    twice.argv[twice.argc] = NULL;
    if (!options_parse(&again, twice.argc, twice.argv, &failure))
        return; /* options such as --resume replace the INPUT, and are not repeated */
    REQUIRE(again.command == options->command && again.operand_count <= options->operand_count);
    for (unsigned i = 0; i < again.operand_count; i++)
        REQUIRE(again.operands[i] == options->operands[i]);
    options_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct command_line line;
    struct failure failure = {0};
    struct options options;

    /* --options reads a file of any name, perhaps one that never ends: fuzz_files.c has its own. */
    if (size > LINE_MAX_LENGTH || memmem(data, size, "--options", strlen("--options")) != NULL)
        return 0;
    split(&line, data, size);
    if (!options_parse(&options, line.argc, line.argv, &failure)) {
        check_failure(&failure);
        return 0;
    }
    REQUIRE(!failure_is_set(&failure));
    if (options.command != COMMAND_HELP && options.command != COMMAND_VERSION) {
        check_bounds(&options);
        check_again(&line, &options);
    }
    options_free(&options);
    return 0;
}
