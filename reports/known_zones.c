#include "reports/known_zones.h"

#include "audit/zone_question.h"

void known_zones_clear(struct known_zones *zones)
{
    zones->used = 0;
}

static struct known_zone *find(struct known_zones *zones, const struct dnsname *question)
{
    for (unsigned i = 0; i < KNOWN_ZONES_KEPT && i < zones->used; i++) {
        if (dnsname_equal(&zones->kept[i].question, question))
            return &zones->kept[i];
    }
    return NULL;
}

/* *out is NULL where nothing is known. */
bool known_zones_find(struct known_zones *zones, struct run_file *run, const struct dnsname *question,
                      const struct run_zone **out)
{
    struct known_zone *known = find(zones, question);
    if (!known) {
        known = &zones->kept[zones->used++ % KNOWN_ZONES_KEPT];
        dnsname_copy(&known->question, question);
        enum run_step step = run_file_zone(run, question, &known->zone);
        if (step == RUN_FAILED)
            return false;
        known->there = step == RUN_ROW;
    }
    *out = known->there ? &known->zone : NULL;
    return true;
}

static bool name_reverse_zone(struct known_zones *zones, struct run_file *run, struct judgement *judgement,
                              const struct report_row *row)
{
    struct zone_question question;
    const struct run_zone *zone = NULL;
    if (judgement->has_reverse_zone || !zone_question_reverse(&question, &row->address, row->seen))
        return true;
    if (!known_zones_find(zones, run, &question.name, &zone))
        return false;
    if (zone && zone->has_apex) {
        judgement->has_reverse_zone = true;
        dnsname_copy(&judgement->reverse_zone, &zone->apex);
    }
    return true;
}

bool known_zones_complete(struct known_zones *zones, struct run_file *run, struct judgement *judgement,
                          struct report_row *row)
{
    struct zone_question question;
    if (!name_reverse_zone(zones, run, judgement, row))
        return false;
    for (unsigned i = 0; i < judgement->fix_count; i++) {
        if (zone_question_fix(&question, &judgement->fixes[i], &row->address, row->seen) &&
            !known_zones_find(zones, run, &question.name, &row->fix_zones[i]))
            return false;
    }
    return true;
}
