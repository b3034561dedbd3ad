#include "reports/known_zones.h"

#include "audit/blame.h"
#include "audit/zone_question.h"
#include "reports/fix_zone.h"

void known_zones_clear(struct known_zones *zones)
{
    zones->count = 0;
    zones->uses = 0;
}

static struct known_zone *find(struct known_zones *zones, const struct dnsname *question)
{
    for (unsigned i = 0; i < zones->count; i++) {
        if (dnsname_equal(&zones->kept[i].question, question))
            return &zones->kept[i];
    }
    return NULL;
}

/* The place of the zone that was not used for the longest time. Those that the row has were used
 * since, so they stay. */
static struct known_zone *free_place(struct known_zones *zones)
{
    struct known_zone *oldest = zones->kept;

    if (zones->count < KNOWN_ZONES_KEPT)
        return &zones->kept[zones->count++];
    for (unsigned i = 1; i < zones->count; i++) {
        if (zones->kept[i].last_use < oldest->last_use)
            oldest = &zones->kept[i];
    }
    return oldest;
}

/* *out is NULL if nothing is known. */
bool known_zones_find(struct known_zones *zones, struct run_file *run,
                      const struct dnsname *question, const struct run_zone **out)
{
    struct known_zone *known = find(zones, question);

    if (!known) {
        known = free_place(zones);
        dnsname_copy(&known->question, question);
        enum run_step step = run_file_zone(run, question, &known->zone);
        if (step == RUN_FAILED)
            return false;
        known->there = step == RUN_ROW;
    }
    known->last_use = ++zones->uses;
    *out = known->there ? &known->zone : NULL;
    return true;
}

/* The zone found by the question for the reverse name itself, if it was asked; otherwise that of
 * the block. */
static bool find_reverse(struct known_zones *zones, struct run_file *run,
                         const struct dnsname *question, const struct report_row *row,
                         const struct run_zone **out)
{
    struct dnsname own;

    *out = NULL;
    if (zone_question_own(&own, &row->address, row->seen) &&
        !known_zones_find(zones, run, &own, out))
        return false;
    return (*out && (*out)->has_apex) || known_zones_find(zones, run, question, out);
}

static bool fails(const struct run_zone *zone)
{
    return zone && !zone->has_apex && blame_may_be_zone(zone->kind);
}

/* Climbs from a failing question as long as the questions above fail too. If all of them fail, that
 * says nothing about the zone of an address. But of a host name the domain fails: the zones above
 * it are not asked. */
static bool climb(struct known_zones *zones, struct run_file *run, const struct dnsname *question,
                  struct report_row *row)
{
    struct failing_zone *failing = &zones->failing;
    const struct run_zone *zone;
    struct dnsname above;

    dnsname_copy(&failing->zone, question);
    failing->above = NULL;
    row->failing = failing;
    for (unsigned i = 0; i < ZONES_ABOVE_MAX && zone_question_above(&above, &failing->zone); i++) {
        if (!known_zones_find(zones, run, &above, &zone))
            return false;
        if (!fails(zone)) {
            failing->above = zone && zone->has_apex ? zone : NULL;
            break;
        }
        dnsname_copy(&failing->zone, &above);
    }
    if (!failing->above && fix_zone_is_reverse(question))
        dnsname_copy(&failing->zone, question);
    return true;
}

static bool find_failing(struct known_zones *zones, struct run_file *run,
                         const struct dnsname *question, struct report_row *row, unsigned i)
{
    return known_zones_find(zones, run, question, &row->fix_zones[i]) &&
           (!fails(row->fix_zones[i]) || climb(zones, run, question, row));
}

static bool find_fix(struct known_zones *zones, struct run_file *run,
                     const struct dnsname *question, struct report_row *row, unsigned i)
{
    if (row->judgement->fixes[i].who == FIXER_REVERSE_ZONE)
        return find_reverse(zones, run, question, row, &row->fix_zones[i]);
    if (row->judgement->fixes[i].who == FIXER_FAILING_ZONE)
        return find_failing(zones, run, question, row, i);
    return known_zones_find(zones, run, question, &row->fix_zones[i]);
}

static bool name_reverse_zone(struct known_zones *zones, struct run_file *run,
                              struct judgement *judgement, const struct report_row *row)
{
    struct zone_question question;
    const struct run_zone *zone = NULL;

    if (judgement->has_reverse_zone || !zone_question_reverse(&question, &row->address, row->seen))
        return true;
    if (!find_reverse(zones, run, &question.name, row, &zone))
        return false;
    if (zone && zone->has_apex) {
        judgement->has_reverse_zone = true;
        dnsname_copy(&judgement->reverse_zone, &zone->apex);
    }
    return true;
}

/* The servers and contact of that zone. */
static bool know_reverse_zone(struct known_zones *zones, struct run_file *run,
                              const struct judgement *judgement, struct report_row *row)
{
    struct dnsname apex;

    if (!judgement->has_reverse_zone)
        return true;
    dnsname_copy(&apex, &judgement->reverse_zone);
    dnsname_lower(&apex);
    return known_zones_find(zones, run, &apex, &row->reverse);
}

bool known_zones_complete(struct known_zones *zones, struct run_file *run,
                          struct judgement *judgement, struct report_row *row)
{
    struct zone_question question;

    if (!name_reverse_zone(zones, run, judgement, row) ||
        !know_reverse_zone(zones, run, judgement, row))
        return false;
    for (unsigned i = 0; i < judgement->fix_count; i++) {
        if (zone_question_fix(&question, &judgement->fixes[i], &row->address, row->seen) &&
            !find_fix(zones, run, &question.name, row, i))
            return false;
    }
    return true;
}
