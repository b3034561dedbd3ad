#include "reports/changes/confirm_list.h"

#include <stdlib.h>

#include "audit/random.h"
#include "audit/vantage.h"
#include "io/run/name_servers.h"

struct confirm_list {
    uint64_t total;
    uint64_t random; /* always the same seed: the same rows give the same sample */
    unsigned count;
    unsigned refuted;
    struct confirm_row rows[CONFIRM_MAX]; /* sorted once they are complete */
};

void confirm_list_free(struct confirm_list *list)
{
    free(list);
}

static struct sweep_row row_of(const struct confirm_row *row)
{
    return (struct sweep_row){row->address, row->has_expected ? &row->expected : NULL};
}

static int by_row(const void *a, const void *b)
{
    struct sweep_row left = row_of(a), right = row_of(b);

    return sweep_row_compare(&left, &right);
}

/* Reservoir sampling: each row that broke has the same chance. */
void confirm_list_add(struct confirm_list *list, const struct changed_row *changed)
{
    uint64_t place = list->count;

    if (changed->difference.change != ROW_BROKE || !changed->difference.alarm)
        return;
    list->total++;
    if (list->count == CONFIRM_MAX)
        place = random_next(&list->random) % list->total;
    else
        list->count++;
    if (place >= CONFIRM_MAX)
        return;
    struct confirm_row *row = &list->rows[place];
    row->address = changed->at->address;
    row->has_expected = changed->at->expected != NULL;
    row->refuted = false;
    if (row->has_expected)
        dnsname_copy(&row->expected, changed->at->expected);
}

struct confirm_list *confirm_list_new(void)
{
    struct confirm_list *list = malloc(sizeof(*list)); /* pages of `rows` are touched when used */

    if (list) {
        list->total = list->random = 0;
        list->count = list->refuted = 0;
    }
    return list;
}

void confirm_list_seal(struct confirm_list *list)
{
    qsort(list->rows, list->count, sizeof(list->rows[0]), by_row);
}

unsigned confirm_list_count(const struct confirm_list *list)
{
    return list->count;
}

const struct confirm_row *confirm_list_at(const struct confirm_list *list, unsigned index)
{
    return &list->rows[index];
}

uint64_t confirm_list_total(const struct confirm_list *list)
{
    return list->total;
}

static struct confirm_row *find(const struct confirm_list *list, const struct sweep_row *row)
{
    struct confirm_row key = {.address = row->address, .has_expected = row->expected != NULL};

    if (row->expected)
        dnsname_copy(&key.expected, row->expected);
    return bsearch(&key, list->rows, list->count, sizeof(list->rows[0]), by_row);
}

static bool is_broken(const struct side_row *row)
{
    enum verdict verdict = row->state.verdict;

    return verdict_is_certain(verdict) && verdict != VERDICT_PASS &&
           verdict != VERDICT_NOT_PUBLIC && !row->state.accepted;
}

/* Is a row of a further look broken? False: the run file failed. */
typedef bool judge_look_fn(struct run_file *run, const struct side_row *row, bool *broken);

static bool walk(struct confirm_list *list, const struct side_job *job, judge_look_fn *judge,
                 struct failure *failure)
{
    struct side *side = side_open(job, failure);
    struct side_row *row = NULL;
    bool good = side && side_next(side, NULL, &row);

    while (good && row) {
        struct confirm_row *looked = find(list, &row->at);
        bool broken = true;

        if (looked && !looked->refuted && !judge(job->runs[row->run], row, &broken)) {
            good = failure_pass(failure, run_file_failure(job->runs[row->run]));
            break;
        }
        if (!broken) {
            looked->refuted = true;
            list->refuted++;
        }
        good = side_next(side, NULL, &row);
    }
    side_close(side);
    return good;
}

static bool judge_row(struct run_file *run, const struct side_row *row, bool *broken)
{
    (void)run;
    *broken = is_broken(row);
    return true;
}

bool confirm_list_look(struct confirm_list *list, const struct side_job *job,
                       struct failure *failure)
{
    return walk(list, job, judge_row, failure);
}

/* Only answers that differ from those of the resolver are stored. */
static bool judge_servers(struct run_file *run, const struct side_row *row, bool *broken)
{
    struct iprange range = {row->at.address, row->at.address};
    struct run_difference answer;
    enum run_step step;

    if (!run_file_differences_begin(run, &range))
        return false;
    while ((step = run_file_differences_next(run, &answer)) == RUN_ROW)
        *broken = *broken && !answer_summary_refutes(&answer.summary, answer.ask.question.type,
                                                     row->judgement->verdict);
    return step == RUN_END;
}

bool confirm_list_look_servers(struct confirm_list *list, const struct side_job *job,
                               struct failure *failure)
{
    return walk(list, job, judge_servers, failure);
}

bool confirm_list_refutes(const struct confirm_list *list, const struct sweep_row *row)
{
    const struct confirm_row *looked = find(list, row);

    if (looked)
        return looked->refuted;
    return list->total > list->count && list->refuted > list->count / 2;
}
