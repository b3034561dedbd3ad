/* What a zone file holds once it is loaded, for tests/zone_files/run:
 *     records ZONE FILE <OWNERS     "refused REASON", or "loaded N" and, for each owner on standard
 *                                   input, its PTR records: "OWNER TTL TARGET", or "OWNER occluded"
 * for one below a delegation or a DNAME */
#include <stdio.h>
#include <string.h>

#include "io/resolver/zone_file.h"

static void print_ptrs(const struct zone *zone, const char *text)
{
    struct dnsname owner, target;
    char name[DNSNAME_TEXT_MAX];
    const struct zone_record *record;

    if (!dnsname_from_text(&owner, text, strlen(text)))
        return;
    struct zone_answer answer = zone_look_up(zone, &owner, RR_PTR);

    if (answer.finding == ZONE_DELEGATED || answer.finding == ZONE_RENAMED)
        printf("%s occluded\n", text);
    record = answer.finding == ZONE_HAS ? answer.records : NULL;
    for (; (record = zone_record_of(record, RR_PTR)); record = record->next) {
        if (!dnsname_from_wire(&target, record->rdata, record->rdlen))
            continue;
        dnsname_print_absolute(name, &target);
        printf("%s %lu %s\n", text, (unsigned long)record->ttl, name);
    }
}

int main(int argc, char **argv)
{
    struct zone_set *set = zone_set_new();
    struct dnsname apex;
    struct failure failure = {0};
    uint64_t digest = 0;
    char line[2048];

    if (argc != 3 || !set || !dnsname_from_text(&apex, argv[1], strlen(argv[1])))
        return 2;
    if (!zone_file_load(set, &apex, argv[2], &digest, &failure)) {
        printf("refused %s\n", failure.text);
        zone_set_free(set);
        return 0;
    }
    printf("loaded %llu\n", (unsigned long long)zone_records(zone_set_at(set, 0)));
    while (fgets(line, sizeof(line), stdin)) {
        line[strcspn(line, "\n")] = '\0';
        print_ptrs(zone_set_at(set, 0), line);
    }
    zone_set_free(set);
    return 0;
}
