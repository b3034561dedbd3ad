#include "tests/responder/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static const char HELP[] =
    "Usage: responder [OPTION]...\n"
    "A small DNS server for tests: answers from zone files or by rule, on loopback only.\n"
    "\n"
    "  --listen ADDR@PORT   repeatable; port 0 picks one (127.0.0.1@0)\n"
    "  --zone FILE          repeatable; see tests/answerbook/README.md\n"
    "  --rule [PREFIX]      answer for all of IPv4, or for PREFIX:\n"
    "                       PTR ip-a-b-c-d.fleet.example, and A back\n"
    "  --names N            with --rule PREFIX: N names share the addresses\n"
    "  --exist PERCENT      with --rule PREFIX: share of its /24s that exists, in zones of a /16\n"
    "  --lie PERCENT        with --exist: zones that deny empty non-terminals\n"
    "  --servfail PERCENT   with --exist: names of blocks that fail\n"
    "  --delay MIN-MAX      milliseconds before each reply\n"
    "  --loss PERCENT       share of UDP queries to lose\n"
    "  --duplicate PERCENT  share of UDP replies to send twice\n"
    "  --qps N              answer N queries a second, drop the rest\n"
    "  --stop-after N       stop the process (SIGSTOP) at the Nth query\n"
    "  --over WORD          with --qps: servfail or refused for the rest\n"
    "  --threads N          1\n"
    "  --port-file FILE     receives the ports, one per line, when ready\n"
    "  --stats-file FILE    receives the counts at the end\n"
    "  --arrivals           count datagrams when they arrive, not when they are read\n"
    "  --log FILE           receives one line per query\n"
    "  --seed N             seed of delay, loss and duplicates\n"
    "  -h, --help\n";

static const char HELP_END[] = "\nSIGTERM or SIGINT ends it.\n";

void options_help(void)
{
    fputs(HELP, stdout);
    fputs(FAULTS_HELP, stdout);
    fputs(HELP_END, stdout);
}

enum {
    LISTEN = 256,
    ZONE,
    RULE,
    NAMES,
    EXIST,
    LIE,
    SERVFAIL,
    DELAY,
    LOSS,
    DUPLICATE,
    QPS,
    STOP_AFTER,
    ARRIVALS,
    OVER,
    THREADS,
    PORT_FILE,
    STATS_FILE,
    LOG,
    SEED,
    FAULT
};

static const struct option OPTIONS[] = {{"listen", required_argument, NULL, LISTEN},
                                        {"zone", required_argument, NULL, ZONE},
                                        {"rule", optional_argument, NULL, RULE},
                                        {"names", required_argument, NULL, NAMES},
                                        {"exist", required_argument, NULL, EXIST},
                                        {"lie", required_argument, NULL, LIE},
                                        {"servfail", required_argument, NULL, SERVFAIL},
                                        {"delay", required_argument, NULL, DELAY},
                                        {"loss", required_argument, NULL, LOSS},
                                        {"duplicate", required_argument, NULL, DUPLICATE},
                                        {"qps", required_argument, NULL, QPS},
                                        {"stop-after", required_argument, NULL, STOP_AFTER},
                                        {"arrivals", no_argument, NULL, ARRIVALS},
                                        {"over", required_argument, NULL, OVER},
                                        {"threads", required_argument, NULL, THREADS},
                                        {"port-file", required_argument, NULL, PORT_FILE},
                                        {"stats-file", required_argument, NULL, STATS_FILE},
                                        {"log", required_argument, NULL, LOG},
                                        {"seed", required_argument, NULL, SEED},
                                        {"fault", required_argument, NULL, FAULT},
                                        {"help", no_argument, NULL, 'h'},
                                        {NULL, 0, NULL, 0}};

struct reading {
    struct settings *settings;
    struct answerbook *book;
    struct answerbook_rule rule;
    bool has_rule;
    bool has_block;
    char *message;
};

static bool wrong(struct reading *reading, const char *message)
{
    snprintf(reading->message, ANSWERBOOK_ERROR_MAX, "%s", message);
    return false;
}

static bool read_number(const char **at, uint64_t max, uint64_t *out)
{
    char *end = NULL;

    unsigned long long number = strtoull(*at, &end, 10);
    if (**at < '0' || **at > '9' || number > max) {
        return false;
    }
    *at = end;
    *out = number;
    return true;
}

static bool read_whole(const char *text, uint64_t min, uint64_t max, uint64_t *out)
{
    return read_number(&text, max, out) && *text == '\0' && *out >= min;
}

static bool read_percent(const char *text, uint64_t *out)
{
    char *end = NULL;
    double percent = strtod(text, &end);

    *out = (uint64_t)(percent / 100 * 4294967296.0);
    return end != text && *end == '\0' && percent >= 0 && percent <= 100;
}

static bool read_delay(const char *text, struct settings *settings)
{
    uint64_t low = 0;
    uint64_t high = 0;

    if (!read_number(&text, DELAY_MAX_MS, &low)) {
        return false;
    }
    high = low;
    if (*text == '-' && (text++, !read_number(&text, DELAY_MAX_MS, &high))) {
        return false;
    }
    settings->delay_min_ms = (unsigned)low;
    settings->delay_max_ms = (unsigned)high;
    return *text == '\0' && low <= high;
}

static bool read_listen(struct reading *reading, const char *text)
{
    struct settings *settings = reading->settings;
    char message[MESSAGE_MAX];

    if (settings->listen_count == LISTENS_MAX) {
        return wrong(reading, "more than 16 addresses to listen on");
    }
    return listen_parse(&settings->listens[settings->listen_count++], text, message) ||
           wrong(reading, message);
}

/* "--rule" alone means all of IPv4; a prefix may follow as a separate word. */
static bool read_rule(struct reading *reading, int argc, char **argv)
{
    const char *block = optarg;

    if (!block && optind < argc && strchr(argv[optind], '/') && argv[optind][0] != '-') {
        block = argv[optind++];
    }
    reading->has_rule = true;
    reading->has_block = block != NULL;
    return !block || answerbook_parse_block(&reading->rule, block) ||
           wrong(reading, "--rule wants an IPv4 prefix without host bits, like 10.0.0.0/14");
}

static bool read_tree(struct reading *reading, int option)
{
    struct answerbook_rule *rule = &reading->rule;
    uint64_t *share = option == EXIST ? &rule->exist : option == LIE ? &rule->lie : &rule->servfail;

    rule->tree = true;
    return read_percent(optarg, share) ||
           wrong(reading, "--exist, --lie and --servfail want a percentage");
}

static bool read_fault(struct reading *reading, const char *text)
{
    char why[FAULT_WHY_MAX];

    return faults_parse(&reading->settings->faults, text, why) || wrong(reading, why);
}

static bool read_limit(struct reading *reading, int option)
{
    struct settings *settings = reading->settings;

    if (option == OVER) {
        settings->over_rcode = faults_rcode(optarg);
        return settings->over_rcode != 0 || wrong(reading, "--over wants servfail or refused");
    }
    return read_whole(optarg, 1, 1000000000,
                      option == QPS ? &settings->qps : &settings->stop_after) ||
           wrong(reading, "--qps and --stop-after want a number from 1");
}

/* False: no option that names a file. */
static bool read_file(struct settings *settings, int option)
{
    const char **file = option == PORT_FILE    ? &settings->port_file
                        : option == STATS_FILE ? &settings->stats_file
                        : option == LOG        ? &settings->log_file
                                               : NULL;

    if (file)
        *file = optarg;
    return file != NULL;
}

static bool read_option(struct reading *reading, int option, int argc, char **argv)
{
    struct settings *settings = reading->settings;
    uint64_t number = 0;

    switch (option) {
    case LISTEN:
        return read_listen(reading, optarg);
    case ZONE:
        return answerbook_load(reading->book, optarg, reading->message);
    case RULE:
        return read_rule(reading, argc, argv);
    case NAMES:
        if (!read_whole(optarg, 1, UINT32_MAX, &number)) {
            return wrong(reading, "--names wants a number from 1");
        }
        reading->rule.names = (uint32_t)number;
        return true;
    case EXIST:
    case LIE:
    case SERVFAIL:
        return read_tree(reading, option);
    case DELAY:
        return read_delay(optarg, settings) ||
               wrong(reading, "--delay wants milliseconds up to 60000, like 80-120");
    case LOSS:
        return read_percent(optarg, &settings->loss) || wrong(reading, "--loss wants a percentage");
    case DUPLICATE:
        return read_percent(optarg, &settings->duplicate) ||
               wrong(reading, "--duplicate wants a percentage");
    case QPS:
    case STOP_AFTER:
    case OVER:
        return read_limit(reading, option);
    case ARRIVALS:
        return settings->arrivals = true;
    case THREADS:
        if (!read_whole(optarg, 1, THREADS_CAP, &number)) {
            return wrong(reading, "--threads wants a number from 1 to 64");
        }
        settings->threads = (unsigned)number;
        return true;
    case SEED:
        return read_whole(optarg, 0, UINT64_MAX, &settings->seed) ||
               wrong(reading, "--seed wants a number");
    case FAULT:
        return read_fault(reading, optarg);
    default:
        return read_file(settings, option) ||
               wrong(reading,
                     "unknown option, or an option without its argument; --help lists them");
    }
}

static bool settle(struct reading *reading)
{
    if (reading->rule.names != 0 && !reading->has_block) {
        return wrong(reading, "--names needs --rule PREFIX");
    }
    if (reading->rule.tree && !reading->has_block) {
        return wrong(reading, "--exist needs --rule PREFIX");
    }
    reading->rule.seed = reading->settings->seed;
    if (reading->has_rule && !answerbook_set_rule(reading->book, &reading->rule)) {
        return wrong(reading, "--names gives a name more than 100 addresses");
    }
    return reading->settings->listen_count != 0 || read_listen(reading, "127.0.0.1@0");
}

enum options_result options_read(struct settings *settings, struct answerbook *book, int argc,
                                 char **argv, char message[ANSWERBOOK_ERROR_MAX])
{
    struct reading reading = {.settings = settings, .book = book, .message = message};
    int option;

    opterr = 0;
    *settings = (struct settings){.threads = 1};
    while ((option = getopt_long(argc, argv, "h", OPTIONS, NULL)) != -1) {
        if (option == 'h') {
            return OPTIONS_HELP;
        }
        if (!read_option(&reading, option, argc, argv)) {
            return OPTIONS_WRONG;
        }
    }
    if (optind < argc) {
        wrong(&reading, "unexpected argument; --help lists the options");
        return OPTIONS_WRONG;
    }
    return settle(&reading) ? OPTIONS_GO : OPTIONS_WRONG;
}
