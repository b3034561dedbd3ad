#include "audit/command/zone_files.h"

#include <stdio.h>

#include "io/resolver/zone_file.h"

enum { MORE_MAX = 32 /* " and 1024 more" */ };

bool planned_load(struct planned *planned, const struct options *options, struct failure *failure)
{
    if (options->zone_count == 0)
        return true;
    planned->zones = zone_set_new();
    if (!planned->zones)
        return failure_out_of_memory(failure);
    for (unsigned i = 0; i < options->zone_count; i++) {
        if (!zone_file_load(planned->zones, options->zones[i], &planned->digest, failure))
            return false;
    }
    return true;
}

void planned_free(struct planned *planned)
{
    zone_set_free(planned->zones);
    planned->zones = NULL;
}

/* "plan/mail.example (mail.example, serial 2026101501)" */
static int print_zone(char *out, size_t size, const struct zone *zone)
{
    char apex[DNSNAME_TEXT_MAX];
    dnsname_print(apex, zone_apex(zone));
    return snprintf(out, size, "%s (%s, serial %lu)", zone_path(zone), apex,
                    (unsigned long)zone_serial(zone));
}

void planned_describe(const struct planned *planned, struct run_record *record)
{
    char one[RECORD_TEXT_MAX];
    size_t used = 0, room = sizeof(record->zone_files) - MORE_MAX;
    unsigned count = planned->zones ? zone_set_count(planned->zones) : 0;
    record->zone_files[0] = '\0';
    record->zone_digest = planned->digest;
    for (unsigned i = 0; i < count; i++) {
        int length = print_zone(one, sizeof(one), zone_set_at(planned->zones, i));
        if (length < 0 || used + (size_t)length + 2 >= room) {
            snprintf(record->zone_files + used, MORE_MAX, "%sand %u more", used > 0 ? " " : "",
                     count - i);
            return;
        }
        used += (size_t)snprintf(record->zone_files + used, room - used, "%s%s", i > 0 ? ", " : "",
                                 one);
    }
}

bool planned_goes_on(const struct planned *planned, const struct run_record *record,
                     const char *directory, struct failure *failure)
{
    bool was_planned = record->zone_files[0] != '\0';
    if (record->engine[0] == '\0')
        return true; /* it was killed before anything was asked */
    if (was_planned && !planned->zones)
        return failure_set(failure, EXIT_TROUBLE,
                           "the run in %s answers from zone files: name them again with --zone",
                           directory);
    if (!was_planned && planned->zones)
        return failure_set(failure, EXIT_TROUBLE,
                           "the run in %s asked resolvers: it cannot go on with --zone", directory);
    if (was_planned && planned->digest != record->zone_digest)
        return failure_set(
            failure, EXIT_TROUBLE,
            "the zone files are not those that the run in %s was made from (their text or their "
            "order differs): begin anew with --force",
            directory);
    return true;
}

void planned_print(const struct planned *planned)
{
    for (unsigned i = 0; planned->zones && i < zone_set_count(planned->zones); i++) {
        const struct zone *zone = zone_set_at(planned->zones, i);
        char text[RECORD_TEXT_MAX];
        print_zone(text, sizeof(text), zone);
        printf("zone file  %s: %llu records\n", text, (unsigned long long)zone_records(zone));
    }
}
