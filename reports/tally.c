#include "reports/tally.h"

#include "reports/fix_list.h"

static void tally_receivers(struct tally *tally, const struct report_row *row)
{
    if (row->judgement->verdict == VERDICT_NOT_PUBLIC)
        return;
    for (unsigned i = 0; i < row->receiver_count; i++) {
        tally->receivers[i][row->receivers[i].outcome]++;
        if (row->receivers[i].outcome != OUTCOME_ACCEPTS)
            tally->reasons[i][row->receivers[i].reason]++;
    }
}

static void must_wait(struct tally *tally, int64_t safe_after)
{
    if (!tally->has_safe_after || safe_after > tally->safe_after)
        tally->safe_after = safe_after;
    tally->has_safe_after = true;
}

/* Accepted verdicts need no change. */
static void tally_times(struct tally *tally, const struct report_row *row)
{
    const struct judgement *judgement = row->judgement;
    uint32_t timed =
        judgement->findings & judgement->timed_findings & ~judgement->excepted_findings;

    if (judgement->has_safe_after && !judgement->verdict_exception)
        must_wait(tally, judgement->safe_after);
    if (row_inconsistency_counts(row) && !row_is_only_old(row))
        must_wait(tally, judgement->finding_after[FINDING_INCONSISTENT]);
    for (; timed != 0; timed &= timed - 1) {
        unsigned finding = (unsigned)__builtin_ctz(timed);
        bool later = !((tally->timed_findings >> finding) & 1u) ||
                     judgement->finding_after[finding] > tally->finding_after[finding];

        if (later)
            tally->finding_after[finding] = judgement->finding_after[finding];
        tally->timed_findings |= UINT32_C(1) << finding;
    }
}

/* Warnings about addresses that pass: nothing else on the first screen would show them. */
static void tally_warnings(struct tally *tally, const struct judgement *judgement)
{
    uint32_t left = judgement->findings & ~judgement->excepted_findings;
    bool any = false;

    if (judgement->verdict != VERDICT_PASS)
        return;
    for (; left != 0; left &= left - 1) {
        unsigned finding = (unsigned)__builtin_ctz(left);

        if (finding_row(finding)->severity != SEVERITY_WARN)
            continue;
        tally->warnings[finding]++;
        any = true;
    }
    tally->warned += any;
}

static bool is_not_of_zone(const struct judgement *judgement)
{
    return verdict_row(judgement->verdict)->severity == SEVERITY_FAIL &&
           judgement->culprit != CULPRIT_ZONE && !judgement->verdict_exception;
}

void tally_row(struct tally *tally, const struct report_row *row)
{
    const struct judgement *judgement = row->judgement;

    tally->rows++;
    if (row->since) {
        tally->changes[row->since->difference.change]++;
        tally->alarms += row->since->difference.alarm;
    }
    tally_receivers(tally, row);
    for (unsigned i = 0; row->vantages && i < row->vantages->result_count; i++)
        tally->resolvers[i][row->vantages->results[i].state]++;
    if (row->vantages && row->vantages->is_old) {
        tally->old_answers++;
        if (row->vantages->until > tally->old_until)
            tally->old_until = row->vantages->until;
    }
    tally->verdicts[judgement->verdict]++;
    tally->severities[judgement->worst]++;
    tally->accepted[judgement->verdict] += judgement->verdict_exception != NULL;
    tally->not_of_zones += is_not_of_zone(judgement);
    tally->excepted += judgement_is_excepted(judgement);
    for (uint32_t left = judgement->findings; left != 0; left &= left - 1)
        tally->findings[__builtin_ctz(left)]++;
    tally_warnings(tally, judgement);
    tally_times(tally, row);
}

void tally_take_work(struct tally *tally, const struct fix_list *fixes)
{
    const struct fix_party *party;

    for (unsigned i = 0; (party = fix_list_party(fixes, i)) != NULL; i++) {
        for (unsigned verdict = 0; verdict < VERDICTS; verdict++)
            tally->work[party->who][verdict] += party->problems[verdict];
        tally->inconsistent += party->inconsistent;
        tally->on_broken_servers += party->on_broken_servers;
        if (party->who == FIXER_NAME_SERVERS)
            tally->server_work += party->addresses;
        tally->requests += party->folder != NULL;
    }
}

uint64_t tally_public(const struct tally *tally)
{
    return tally->rows - tally->verdicts[VERDICT_NOT_PUBLIC];
}

uint64_t tally_counting(const struct tally *tally, enum verdict verdict)
{
    return tally->verdicts[verdict] - tally->accepted[verdict];
}

uint64_t tally_accepted(const struct tally *tally)
{
    uint64_t accepted = 0;

    for (unsigned i = 0; i < VERDICTS; i++)
        accepted += tally->accepted[i];
    return accepted;
}

uint64_t tally_broken(const struct tally *tally)
{
    uint64_t broken = 0;

    for (unsigned i = 0; i < VERDICTS; i++)
        if (verdict_row(i)->severity == SEVERITY_FAIL)
            broken += tally_counting(tally, i);
    return broken - tally->not_of_zones;
}

uint64_t tally_temporary(const struct tally *tally)
{
    uint64_t temporary = 0;

    for (unsigned i = 0; i < VERDICTS; i++)
        if (verdict_row(i)->iprev == IPREV_TEMPERROR)
            temporary += tally_counting(tally, i);
    return temporary;
}

uint64_t tally_for_fixer(const struct tally *tally, enum fixer fixer)
{
    uint64_t addresses = fixer == FIXER_NAME_SERVERS ? tally->server_work : 0;

    for (unsigned i = 0; i < VERDICTS; i++)
        addresses += tally->work[fixer][i];
    return addresses;
}

double tally_temporary_percent(const struct tally *tally)
{
    uint64_t public_rows = tally_public(tally);

    return public_rows == 0 ? 0 : 100.0 * (double)tally_temporary(tally) / (double)public_rows;
}

enum readiness tally_readiness(const struct tally *tally)
{
    uint64_t public_rows = tally_public(tally);

    if (tally_broken(tally) > 0)
        return NOT_READY;
    if (public_rows == 0 || tally_temporary(tally) > 0 || tally->not_of_zones > 0)
        return NOT_KNOWN;
    return READY;
}

const char *readiness_title(enum readiness readiness)
{
    static const char *const titles[] = {
        [READY] = "READY", [NOT_READY] = "NOT READY", [NOT_KNOWN] = "NOT KNOWN"};

    return titles[readiness];
}
