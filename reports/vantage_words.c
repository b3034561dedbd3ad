#include "reports/vantage_words.h"

#include <stdio.h>

#include "reports/words.h"

size_t vantages_print(char out[VANTAGE_WORDS_MAX], const struct report_plan *plan,
                      const struct tally *tally)
{
    const struct vantage_roll *roll = plan->vantages;
    uint64_t differing = tally->findings[FINDING_INCONSISTENT];
    unsigned lost = 0;
    char number[GROUPED_MAX];

    out[0] = '\0';
    if (!roll)
        return 0;
    for (unsigned i = 1; i < roll->result_count; i++)
        lost +=
            roll->results[i].state == VANTAGE_SILENT || roll->results[i].state == VANTAGE_BROKE_OFF;
    grouped_print(number, differing);
    size_t used =
        (size_t)snprintf(out, VANTAGE_WORDS_MAX, "Asked elsewhere: %s address%s look%s different",
                         number, plural_es(differing), differing == 1 ? "s" : "");
    if (lost > 0)
        used +=
            (size_t)snprintf(out + used, VANTAGE_WORDS_MAX - used,
                             "; %u of %u vantages did not answer", lost, roll->result_count - 1);
    return used;
}

size_t name_servers_print(char out[VANTAGE_WORDS_MAX], const struct report_plan *plan)
{
    const struct vantage_roll *roll = plan->vantages;
    char zones[GROUPED_MAX], all[GROUPED_MAX], silent[GROUPED_MAX], lame[GROUPED_MAX],
        nowhere[GROUPED_MAX];

    out[0] = '\0';
    if (!roll || roll->zones == 0)
        return 0;
    grouped_print(zones, roll->differing);
    grouped_print(all, roll->zones);
    grouped_print(silent, roll->servers[ZONE_SERVER_SILENT]);
    grouped_print(lame, roll->servers[ZONE_SERVER_LAME]);
    grouped_print(nowhere, roll->servers[ZONE_SERVER_NO_ADDRESS]);
    return (size_t)snprintf(
        out, VANTAGE_WORDS_MAX,
        "Name servers: those of %s of %s zone%s differ; %s silent, %s lame, %s without address",
        zones, all, plural_s(roll->zones), silent, lame, nowhere);
}
