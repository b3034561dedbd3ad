/*
 * The small files that the command line names. The first octet chooses: 'e' exceptions, 'r'
 * receivers, 'p' a public suffix list, 'c' certificates of authorities, 'o' options, 'v' providers,
 * 'h' root hints that hold the trust anchor as well, anything else resolv.conf.
 * A file is read whole or refused; the refusal names its path and, for a fault in a line, the line.
 */
#include <ctype.h>

#include "tests/fuzz/fuzz_file.h"

#include "audit/command/options.h"
#include "audit/dnsname.h"
#include "io/input/exceptions_file.h"
#include "io/input/providers_file.h"
#include "io/input/receivers_file.h"
#include "io/input/suffix_list.h"
#include "io/resolver/root_data.h"
#include "io/resolver/tls_ca.h"
#include "io/system/endpoint.h"

enum { TODAY = 1790000000 };

static void refused(const struct fuzz_file *file, const struct failure *failure)
{
    check_failure(failure);
    REQUIRE(strstr(failure->text, file->path) != NULL);
}

static void exceptions(const struct fuzz_file *file)
{
    struct failure failure = {0};
    struct exceptions *loaded = exceptions_file_load(file->path, TODAY, &failure);
    const struct exception *row;
    uint64_t line = 0;

    if (!loaded) {
        refused(file, &failure);
        const char *number = strstr(failure.text, file->path) + strlen(file->path);
        REQUIRE(number[0] != ':' || isdigit((unsigned char)number[1]));
        return;
    }
    for (unsigned i = 0; (row = exceptions_at(loaded, i)) != NULL; i++) {
        REQUIRE(row->line > line || row->line >= 1);
        REQUIRE(row->reason[0] != '\0' && row->subject < SUBJECTS);
        line = row->line;
    }
    exceptions_free(loaded);
}

/* The same lines with their true lengths. */
static bool receivers_parse(struct receiver_file *out, const char *text, size_t size)
{
    struct receiver_fault why;
    bool good = true;

    for (size_t at = 0, length; good && at < size; at += length) {
        const char *end = memchr(text + at, '\n', size - at);
        length = end != NULL ? (size_t)(end - text) + 1 - at : size - at;
        good = receiver_parse_line(out, text + at, length, &why);
    }
    return good && receiver_parse_end(out, &why);
}

static void receivers(const struct fuzz_file *file, const uint8_t *data, size_t size)
{
    static struct receiver_file loaded, parsed;
    struct failure failure = {0};

    memset(&loaded, 0, sizeof loaded);
    memset(&parsed, 0, sizeof parsed);
    bool good = receivers_file_load(&loaded, file->path, &failure);
    if (!good)
        refused(file, &failure);
    REQUIRE(receivers_parse(&parsed, (const char *)data, size) == good);
    REQUIRE(!good || (loaded.count == parsed.count && loaded.count >= 1));
    for (unsigned i = 0; good && i < loaded.count; i++)
        REQUIRE(memcmp(&loaded.rows[i], &parsed.rows[i], sizeof loaded.rows[i]) == 0);
}

static void suffixes(const struct fuzz_file *file)
{
    static const char *const NAMES[] = {"example.com", "com", "mail.example.co.uk",
                                        "a.b.c.d.e.f.g.h"};
    const char *why = NULL;
    struct suffix_list *list = suffix_list_open(file->path, &why);

    if (!list) {
        REQUIRE(why != NULL && *why != '\0');
        return;
    }
    REQUIRE(strcmp(suffix_list_source(list), file->path) == 0);
    REQUIRE(strlen(suffix_list_date(list)) < SUFFIX_DATE_MAX && suffix_list_date_of(list) != NULL);
    for (unsigned i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        struct dnsname name;
        REQUIRE(dnsname_from_text(&name, NAMES[i], strlen(NAMES[i])));
        unsigned labels = suffix_list_registrable_labels(list, &name);
        REQUIRE(labels <= dnsname_labels(&name) && labels <= SUFFIX_LABELS_MAX + 1);
    }
    suffix_list_close(list);
}

static void resolvers(const struct fuzz_file *file)
{
    struct endpoint found[ENDPOINTS_MAX], again;
    struct failure failure = {0};
    char text[ENDPOINT_TEXT_MAX];
    unsigned count, scoped;

    if (!endpoint_system(file->path, found, &count, &scoped, &failure)) {
        refused(file, &failure);
        return;
    }
    REQUIRE(count >= 1 && count <= ENDPOINTS_MAX);
    for (unsigned i = 0; i < count; i++) {
        REQUIRE(found[i].port == 0 && endpoint_print(text, &found[i]) < sizeof text);
        REQUIRE(endpoint_parse(&again, text) && ipaddr_equal(&again.address, &found[i].address));
    }
}

static void certificates(const struct fuzz_file *file, const uint8_t *data, size_t size)
{
    struct failure failure = {0};

    if (!tls_ca_check(file->path, &failure))
        refused(file, &failure);
    else
        REQUIRE(memmem(data, size, "CERTIFICATE-----", strlen("CERTIFICATE-----")) != NULL);
}

static void options(struct fuzz_file *file)
{
    char program[] = "fcrdns", command[] = "audit", option[] = "--options";
    char *argv[] = {program, command, option, file->path, NULL};
    struct failure failure = {0};
    struct options parsed;

    if (!options_parse(&parsed, 4, argv, &failure)) {
        check_failure(&failure);
        REQUIRE(parsed.file == NULL);
        return;
    }
    REQUIRE(parsed.command == COMMAND_AUDIT);
    REQUIRE(parsed.operand_count > 0 || parsed.resume || parsed.recheck);
    for (unsigned i = 0; i < parsed.operand_count; i++)
        REQUIRE(parsed.operands[i][0] != '\0');
    options_free(&parsed);
}

static void providers(const struct fuzz_file *file)
{
    struct failure failure = {0};
    struct providers *loaded = providers_file_load(file->path, &failure);

    if (!loaded)
        refused(file, &failure);
    providers_free(loaded);
}

static void roots(const struct fuzz_file *file)
{
    static struct root_data loaded;
    struct failure failure = {0};

    if (!root_data_load(&loaded, file->path, file->path, &failure)) {
        refused(file, &failure);
        return;
    }
    REQUIRE(loaded.server_count >= 1 && loaded.server_count <= ROOT_SERVERS_MAX);
    REQUIRE(loaded.anchor_count >= 1 && loaded.anchor_count <= ROOT_ANCHORS_MAX);
    for (unsigned i = 0; i < loaded.server_count; i++)
        REQUIRE(loaded.servers[i].family == IP_V4 || loaded.servers[i].family == IP_V6);
    for (unsigned i = 0; i < loaded.anchor_count; i++)
        REQUIRE(strnlen(loaded.anchors[i], ROOT_ANCHOR_TEXT_MAX) < ROOT_ANCHOR_TEXT_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_file file;

    if (size == 0)
        return 0;
    fuzz_file_make(&file, data + 1, size - 1);
    switch (data[0]) {
    case 'e':
        exceptions(&file);
        break;
    case 'r':
        receivers(&file, data + 1, size - 1);
        break;
    case 'p':
        suffixes(&file);
        break;
    case 'c':
        certificates(&file, data + 1, size - 1);
        break;
    case 'o':
        options(&file);
        break;
    case 'v':
        providers(&file);
        break;
    case 'h':
        roots(&file);
        break;
    default:
        resolvers(&file);
    }
    fuzz_file_drop(&file);
    return 0;
}
