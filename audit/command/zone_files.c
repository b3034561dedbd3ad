#include "audit/command/zone_files.h"

#include <stdio.h>
#include <string.h>

#include "io/resolver/zone_file.h"
#include "io/system/say.h"

enum { MORE_MAX = 32 /* " and 1024 more" */ };

/* What the file holds of other zones is a mistake that servers pass over with a warning. */
static void report_outside(const struct zone *zone)
{
    uint64_t line;
    uint64_t count = zone_outside(zone, &line);
    char apex[DNSNAME_TEXT_MAX];

    if (count == 0)
        return;
    dnsname_print(apex, zone_apex(zone));
    say("%s: %llu %s not in the zone %s, the first in line %llu: ignored, as servers do",
        zone_path(zone), (unsigned long long)count, count == 1 ? "record is" : "records are", apex,
        (unsigned long long)line);
}

static void report_server(const struct zone *zone)
{
    char server[DNSNAME_TEXT_MAX];
    bool is_alias;
    const struct dnsname *name = zone_faulty_server(zone, &is_alias);

    if (!name)
        return;
    dnsname_print(server, name);
    say("%s: the name server %s %s in this zone: named does not load such a zone", zone_path(zone),
        server, is_alias ? "is an alias" : "has no address record");
}

static bool load_one(struct zone_files *files, const char *name, const char *path,
                     struct failure *failure)
{
    struct dnsname apex;

    if (name && !dnsname_from_text(&apex, name, strcspn(name, "=")))
        return failure_set(failure, EXIT_TROUBLE, "--zone %s: \"%.*s\" is not a domain name", name,
                           (int)strcspn(name, "="), name);
    if (!zone_file_load(files->zones, name ? &apex : NULL, path, &files->digest, failure))
        return false;
    report_outside(zone_set_at(files->zones, zone_set_count(files->zones) - 1));
    report_server(zone_set_at(files->zones, zone_set_count(files->zones) - 1));
    return true;
}

bool zone_files_load(struct zone_files *files, const struct options *options,
                     struct failure *failure)
{
    if (options->zone_count == 0)
        return true;
    files->zones = zone_set_new();
    if (!files->zones)
        return failure_out_of_memory(failure);
    for (unsigned i = 0; i < options->zone_count; i++) {
        if (!load_one(files, options->zone_names[i], options->zones[i], failure))
            return false;
    }
    return true;
}

void zone_files_free(struct zone_files *files)
{
    zone_set_free(files->zones);
    files->zones = NULL;
}

/* "plan/mail.example (mail.example, serial 2026101501)" */
static int print_zone(char *out, size_t size, const struct zone *zone)
{
    char apex[DNSNAME_TEXT_MAX];
    dnsname_print(apex, zone_apex(zone));
    return snprintf(out, size, "%s (%s, serial %lu)", zone_path(zone), apex,
                    (unsigned long)zone_serial(zone));
}

void zone_files_describe(const struct zone_files *files, struct run_record *record)
{
    char one[RECORD_TEXT_MAX];
    size_t used = 0, room = sizeof(record->zone_files) - MORE_MAX;
    unsigned count = files->zones ? zone_set_count(files->zones) : 0;
    record->zone_files[0] = '\0';
    record->zone_digest = files->digest;
    for (unsigned i = 0; i < count; i++) {
        int length = print_zone(one, sizeof(one), zone_set_at(files->zones, i));
        if (length < 0 || used + (size_t)length + 2 >= room) {
            snprintf(record->zone_files + used, MORE_MAX, "%sand %u more", used > 0 ? " " : "",
                     count - i);
            return;
        }
        used += (size_t)snprintf(record->zone_files + used, room - used, "%s%s", i > 0 ? ", " : "",
                                 one);
    }
}

bool zone_files_match(const struct zone_files *files, const struct run_record *record,
                      const char *directory, struct failure *failure)
{
    bool was_planned = record->zone_files[0] != '\0';
    if (record->engine[0] == '\0')
        return true; /* the run was killed before it asked anything */
    if (was_planned && !files->zones)
        return failure_set(failure, EXIT_TROUBLE,
                           "the run in %s answers from zone files: name them again with --zone",
                           directory);
    if (!was_planned && files->zones)
        return failure_set(failure, EXIT_TROUBLE,
                           "the run in %s asked resolvers: it cannot be resumed with --zone",
                           directory);
    if (was_planned && files->digest != record->zone_digest)
        return failure_set(
            failure, EXIT_TROUBLE,
            "the zone files differ in text or order from those of the run in %s: start it anew "
            "with --force",
            directory);
    return true;
}

void zone_files_print(const struct zone_files *files)
{
    for (unsigned i = 0; files->zones && i < zone_set_count(files->zones); i++) {
        const struct zone *zone = zone_set_at(files->zones, i);
        char text[RECORD_TEXT_MAX];
        print_zone(text, sizeof(text), zone);
        printf("zone file  %s: %llu records\n", text, (unsigned long long)zone_records(zone));
    }
}
