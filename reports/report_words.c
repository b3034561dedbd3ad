#include "reports/report_words.h"

#include <stdio.h>
#include <string.h>

#include "io/input/suffix_list.h"
#include "reports/change_groups.h"
#include "reports/report_format.h"
#include "reports/time_text.h"
#include "reports/vantage_overview.h"

size_t accepted_print(char out[ACCEPTED_MAX], const struct tally *tally)
{
    uint64_t accepted = tally_accepted(tally);
    char number[GROUPED_MAX];

    out[0] = '\0';
    if (accepted == 0)
        return 0;
    grouped_print(number, accepted);
    return (size_t)snprintf(out, ACCEPTED_MAX, ", %s accepted", number);
}

size_t headline_print(char out[HEADLINE_MAX], const struct tally *tally)
{
    uint64_t passed = tally->verdicts[VERDICT_PASS];
    uint64_t whole = tally_public(tally);
    char passed_text[GROUPED_MAX];
    char whole_text[GROUPED_MAX];
    char share[SHARE_MAX], accepted[ACCEPTED_MAX];

    if (whole == 0)
        return (size_t)snprintf(out, HEADLINE_MAX, "No public address was audited");
    grouped_print(passed_text, passed);
    grouped_print(whole_text, whole);
    share_print(share, passed, whole);
    accepted_print(accepted, tally);
    return (size_t)snprintf(out, HEADLINE_MAX, "%s of %s public address%s pass%s (%s)%s",
                            passed_text, whole_text, plural_es(whole), whole == 1 ? "es" : "",
                            share, accepted);
}

size_t repeated_print(char out[HEADLINE_MAX], const struct report_plan *plan)
{
    char count[GROUPED_MAX];
    bool one = plan->repeated == 1;

    out[0] = '\0';
    if (plan->repeated == 0)
        return 0;
    grouped_print(count, plan->repeated);
    return (size_t)snprintf(out, HEADLINE_MAX,
                            "%s row%s an address of another row, and count%s again", count,
                            one ? " repeats" : "s repeat", one ? "s" : "");
}

size_t since_baseline_print(char out[SINCE_BASELINE_MAX], const struct report_plan *plan,
                            const struct tally *tally)
{
    char number[GROUPED_MAX];
    size_t used = 0;

    out[0] = '\0';
    if (plan->changes)
        return (size_t)snprintf(out, SINCE_BASELINE_MAX, "%s", plan->changes->headline);
    if (!plan->has_baseline)
        return 0;
    for (unsigned i = ROW_SAME + 1; i < ROW_CHANGES; i++) {
        if (tally->changes[i] == 0)
            continue;
        grouped_print(number, tally->changes[i]);
        used +=
            (size_t)snprintf(out + used, SINCE_BASELINE_MAX - used, "%s%s %s", used > 0 ? ", " : "",
                             number, row_change_row((enum row_change)i)->key);
    }
    return used > 0 ? used : (size_t)snprintf(out, SINCE_BASELINE_MAX, "nothing changed");
}

const char NOT_TRUSTED[] = "The result cannot be trusted";

size_t distrust_print(char out[HEADLINE_MAX], const struct tally *tally, const double *most)
{
    double percent = tally_temporary_percent(tally);

    out[0] = '\0';
    if (!most || percent <= *most)
        return 0;
    return (size_t)snprintf(out, HEADLINE_MAX,
                            "%.1f %% of the addresses have temporary errors, more than "
                            "--max-unanswered %g",
                            percent, *most);
}

const char RESOLVER_AT_FAULT[] = "The resolver is at fault, not the zones";

const char RESOLVER_FILTERS[] =
    "A resolver filters answers by a policy of its own: no zone is to blame for what it withholds, "
    "ask another resolver (-r)";

const char FROM_ZONE_FILES[] = "The answers come from zone files, not from the published DNS";

struct rejected_rows rejected_rows_of(const struct report_plan *plan, const struct tally *tally)
{
    struct rejected_rows rows = {.walk_ends = tally->walk_ends};
    uint64_t others = tally->rejected - tally->walk_ends;

    rows.unnamed = plan->unnamed_rows < others ? plan->unnamed_rows : others;
    rows.refused = others - rows.unnamed;
    return rows;
}

/* "; 3 input rows were refused and not audited" */
static size_t print_some(char *out, size_t size, uint64_t count, const char *one, const char *many,
                         bool begun)
{
    char number[GROUPED_MAX];

    grouped_print(number, count);
    return count == 0 ? 0
                      : (size_t)snprintf(out, size, "%s%s %s", begun ? "; " : "", number,
                                         count == 1 ? one : many);
}

size_t rejected_print(char out[HEADLINE_MAX], const struct report_plan *plan,
                      const struct tally *tally)
{
    struct rejected_rows rows = rejected_rows_of(plan, tally);
    size_t used = 0;

    out[0] = '\0';
    if (tally->rejected == 0)
        return 0;
    used += print_some(out, HEADLINE_MAX, rows.refused, "input row was refused and not audited",
                       "input rows were refused and not audited", false);
    used += print_some(out + used, HEADLINE_MAX - used, rows.unnamed,
                       "expected name was not usable and left out",
                       "expected names were not usable and left out", used > 0);
    used +=
        print_some(out + used, HEADLINE_MAX - used, rows.walk_ends,
                   "part of a walk was not searched", "parts of walks were not searched", used > 0);
    return used + (size_t)snprintf(out + used, HEADLINE_MAX - used, ": see %s",
                                   report_file_name(&rejected_csv_format, plan));
}

const char *verdict_sentence(enum verdict verdict, const struct tally *tally)
{
    uint64_t not_asked = tally->findings[FINDING_NOT_ASKED];

    if (verdict != VERDICT_UNANSWERED || not_asked == 0)
        return verdict_row(verdict)->sentence;
    if (not_asked == tally->verdicts[VERDICT_UNANSWERED])
        return "The run ended before these addresses were looked up.";
    return "No try brought a reply, or the run ended before the address was looked up.";
}

unsigned warnings_largest(unsigned named[WARNINGS_NAMED], const struct tally *tally)
{
    unsigned kinds = 0;

    for (unsigned finding = 0; finding < FINDINGS; finding++) {
        unsigned at = kinds < WARNINGS_NAMED ? kinds : WARNINGS_NAMED;

        if (tally->warnings[finding] == 0)
            continue;
        kinds++;
        for (; at > 0 && tally->warnings[named[at - 1]] < tally->warnings[finding]; at--)
            if (at < WARNINGS_NAMED)
                named[at] = named[at - 1];
        if (at < WARNINGS_NAMED)
            named[at] = finding;
    }
    return kinds;
}

size_t warnings_print(char out[WARNINGS_MAX], const struct tally *tally)
{
    unsigned named[WARNINGS_NAMED];
    unsigned kinds = warnings_largest(named, tally);
    unsigned shown = kinds < WARNINGS_NAMED ? kinds : WARNINGS_NAMED;
    char number[GROUPED_MAX];
    size_t used;

    out[0] = '\0';
    if (kinds == 0)
        return 0;
    grouped_print(number, tally->warned);
    used = (size_t)snprintf(out, WARNINGS_MAX, "Warnings for %s address%s that pass%s", number,
                            plural_es(tally->warned), tally->warned == 1 ? "es" : "");
    for (unsigned i = 0; i < shown; i++) {
        grouped_print(number, tally->warnings[named[i]]);
        used += (size_t)snprintf(out + used, WARNINGS_MAX - used, "%s %s %s", i > 0 ? "," : ":",
                                 number, finding_row(named[i])->key);
    }
    if (kinds > shown)
        used += (size_t)snprintf(out + used, WARNINGS_MAX - used, " and %u more kind%s",
                                 kinds - shown, plural_s(kinds - shown));
    return used;
}

/* Broken addresses, all of which the DNS answers with an error. */
static bool only_errors(const struct tally *tally)
{
    return tally_broken(tally) + tally->not_of_zones == tally_counting(tally, VERDICT_DNS_ERROR);
}

const char *readiness_sentence(const struct tally *tally)
{
    enum readiness readiness = tally_readiness(tally);
    static const char *const sentences[] = {
        [READY] = "Every public address has a PTR name that resolves back to it.",
        [NOT_READY] =
            "Some addresses are broken: DNS records must be changed before mail is sent from them.",
        [NOT_KNOWN] = "No address is known to be broken, but not all of them could be judged.",
    };

    if (readiness == READY && tally->rejected > 0)
        return "Every audited address passes or is accepted, but not every input row could be used "
               "as written.";
    if (readiness == READY && tally_accepted(tally) > 0)
        return "Every public address has a PTR name that resolves back to it, or is covered by an "
               "exception.";
    if (readiness == NOT_READY && only_errors(tally))
        return "The DNS fails for some addresses: name servers must be repaired before mail is "
               "sent from them.";
    return sentences[readiness];
}

/* ---- policy ---- */

enum {
    MORE_MAX = sizeof(" and 65,536 more") - 1,
    NAMED_MAX = IPRANGE_TEXT_MAX + 64, /* with its key and date */
};

static const struct exceptions *exceptions_of(const struct report_plan *plan)
{
    return plan->policy ? plan->policy->exceptions : NULL;
}

size_t exceptions_hold_print(char out[HOLDS_MAX], const struct report_plan *plan,
                             const struct tally *tally)
{
    const struct exceptions *exceptions = exceptions_of(plan);
    char number[GROUPED_MAX];
    size_t used;

    out[0] = '\0';
    if (!exceptions)
        return 0;
    struct exceptions_sum sum = exceptions_sum(exceptions);
    grouped_print(number, tally->excepted);
    used = (size_t)snprintf(out, HOLDS_MAX, "Exceptions apply to %s address%s", number,
                            plural_es(tally->excepted));
    if (sum.unused == 0)
        return used;
    grouped_print(number, sum.unused);
    return used + (size_t)snprintf(out + used, HOLDS_MAX - used, "; %s exception%s unused", number,
                                   sum.unused == 1 ? " is" : "s are");
}

/* Appends exceptions while `width` has room for them and for the words that follow. Returns their
 * number. */
static unsigned name_expired(char *out, size_t *used, size_t width,
                             const struct exceptions *exceptions)
{
    const struct exception *exception;
    char range[IPRANGE_TEXT_MAX];
    char name[NAMED_MAX];
    unsigned named = 0;

    for (unsigned i = 0; (exception = exceptions_at(exceptions, i)) != NULL; i++) {
        if (!exception->expired)
            continue;
        iprange_print(range, &exception->range);
        size_t length =
            (size_t)snprintf(name, sizeof(name), "%s %s %s (%s)", named > 0 ? "," : "", range,
                             subject_key(exception->subject), exception->last_day);
        if (*used + length + MORE_MAX > width)
            break;
        memcpy(out + *used, name, length + 1);
        *used += length;
        named++;
    }
    return named;
}

size_t exceptions_expired_print(char *out, size_t width, const struct report_plan *plan)
{
    const struct exceptions *exceptions = exceptions_of(plan);
    unsigned expired = exceptions ? exceptions_sum(exceptions).expired : 0;
    char number[GROUPED_MAX];
    size_t used;

    out[0] = '\0';
    if (expired == 0)
        return 0;
    grouped_print(number, expired);
    used = (size_t)snprintf(out, width + 1, "%s exception%s expired:", number,
                            expired == 1 ? " has" : "s have");
    unsigned named = name_expired(out, &used, width, exceptions);
    if (named == 0)
        return used + (size_t)snprintf(out + used, width + 1 - used, " see summary.json");
    if (named == expired)
        return used;
    grouped_print(number, expired - named);
    return used + (size_t)snprintf(out + used, width + 1 - used, " and %s more", number);
}

/* ---- vantages ---- */

bool vantages_compared(const struct vantage_overview *overview, const struct tally *tally)
{
    bool any =
        overview->servers[ZONE_SERVER_WHOLE] > 0 || tally->findings[FINDING_INCONSISTENT] > 0;

    for (unsigned i = 1; i < overview->resolver_count; i++)
        any |= tally->resolvers[i][RESULT_SAME] > 0;
    return any;
}

static size_t print_differing(char out[VANTAGE_SENTENCE_MAX], uint64_t differing)
{
    char number[GROUPED_MAX];

    grouped_print(number, differing);
    return (size_t)snprintf(out, VANTAGE_SENTENCE_MAX, "Vantages: %s address%s differ%s elsewhere",
                            number, plural_es(differing), differing == 1 ? "s" : "");
}

size_t vantages_print(char out[VANTAGE_SENTENCE_MAX], const struct report_plan *plan,
                      const struct tally *tally)
{
    const struct vantage_overview *overview = plan->vantages;
    unsigned lost = 0;

    out[0] = '\0';
    if (!overview)
        return 0;
    for (unsigned i = 1; i < overview->resolver_count; i++)
        lost += overview->resolvers[i].state == VANTAGE_SILENT ||
                overview->resolvers[i].state == VANTAGE_BROKE_OFF;
    size_t used = vantages_compared(overview, tally)
                      ? print_differing(out, tally->findings[FINDING_INCONSISTENT])
                      : (size_t)snprintf(out, VANTAGE_SENTENCE_MAX, "Vantages: nothing compared");
    if (lost > 0)
        used += (size_t)snprintf(out + used, VANTAGE_SENTENCE_MAX - used,
                                 "; %u of %u vantages did not answer", lost,
                                 overview->resolver_count - 1);
    return used;
}

/* Servers that were not asked, or cannot be reached from here: nothing is known about them. */
static uint64_t servers_not_asked(const struct vantage_overview *overview)
{
    return overview->servers[ZONE_SERVER_NEW] + overview->servers[ZONE_SERVER_NOT_ASKED_SPECIAL] +
           overview->servers[ZONE_SERVER_UNREACHABLE];
}

size_t name_servers_print(char out[VANTAGE_SENTENCE_MAX], const struct report_plan *plan)
{
    const struct vantage_overview *overview = plan->vantages;
    char number[GROUPED_MAX], all[GROUPED_MAX];
    size_t used;

    out[0] = '\0';
    if (!overview || overview->zones == 0)
        return 0;
    const struct {
        const char *what;
        uint64_t count;
        bool always;
    } states[] = {{"silent", overview->servers[ZONE_SERVER_SILENT], true},
                  {"lame", overview->servers[ZONE_SERVER_LAME], true},
                  {"without address", overview->servers[ZONE_SERVER_NO_ADDRESS], true},
                  {"not asked", servers_not_asked(overview), false}};
    grouped_print(number, overview->differing);
    grouped_print(all, overview->zones);
    if (overview->servers[ZONE_SERVER_WHOLE] == 0)
        used = (size_t)snprintf(out, VANTAGE_SENTENCE_MAX,
                                "Name servers: nothing compared, no server of %s zone%s answers",
                                all, plural_s(overview->zones));
    else
        used = (size_t)snprintf(out, VANTAGE_SENTENCE_MAX,
                                "Name servers: differences in %s of %s zone%s", number, all,
                                plural_s(overview->zones));
    for (unsigned i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        if (states[i].count == 0 && !states[i].always)
            continue;
        grouped_print(number, states[i].count);
        used += (size_t)snprintf(out + used, VANTAGE_SENTENCE_MAX - used, "%s %s %s",
                                 i == 0 ? ";" : ",", number, states[i].what);
    }
    return used;
}

size_t old_answers_print(char out[VANTAGE_SENTENCE_MAX], const struct tally *tally)
{
    struct time_text time = {0};
    char number[GROUPED_MAX];

    out[0] = '\0';
    if (tally->old_answers == 0)
        return 0;
    grouped_print(number, tally->old_answers);
    return (size_t)snprintf(out, VANTAGE_SENTENCE_MAX,
                            "Old answers: the name servers have newer ones for %s address%s; the "
                            "resolver forgets the old ones by %s",
                            number, plural_es(tally->old_answers),
                            time_text_of(&time, tally->old_until));
}

/* ---- public suffix list ---- */

size_t suffixes_print(char out[SUFFIXES_MAX], const struct report_plan *plan)
{
    const struct suffix_list *list = plan->suffixes;

    if (!list)
        return (size_t)snprintf(
            out, SUFFIXES_MAX,
            "none found: the last two labels of a name are taken for its domain, so "
            "names below a suffix such as co.uk may be called generic in "
            "error. Install the package publicsuffix, or name a list with --psl");
    return (size_t)snprintf(out, SUFFIXES_MAX, "%s (date of the %s)", suffix_list_date(list),
                            suffix_list_date_of(list));
}
