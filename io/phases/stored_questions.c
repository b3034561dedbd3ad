#include "io/phases/stored_questions.h"

#include <stdlib.h>

#include "io/system/clock.h"

enum {
    REPLY_WAIT_MS = 20, /* for replies */
};

struct stored_asking {
    const struct stored_questions *questions;
    struct run_file *run;
    const struct collect_options *options;
    struct failure *failure;
    struct asker *asker; /* opened with the first question */
    bool keep_failed;
    bool at_end; /* all questions are read */
    unsigned next, count;
    struct question waiting[STORED_QUESTIONS_PORTION];
    unsigned free_count;
    unsigned *free_slots;
    struct question *asked; /* by slot: the question in flight */
};

static bool run_failed(struct stored_asking *a)
{
    return failure_pass(a->failure, run_file_failure(a->run));
}

static void on_answer(void *context, void *owner, unsigned slot, const struct answer *answer)
{
    struct stored_asking *a = context;
    (void)owner;
    a->keep_failed |= !a->questions->keep(a->questions->context, &a->asked[slot], answer);
    a->free_slots[a->free_count++] = slot;
}

static bool open_asker(struct stored_asking *a)
{
    unsigned window = a->options->asker.window;
    struct asker_options own = a->options->asker;
    a->free_slots = malloc(window * sizeof(a->free_slots[0]));
    a->asked = malloc(window * sizeof(a->asked[0]));
    if (!a->free_slots || !a->asked)
        return failure_out_of_memory(a->failure);
    for (unsigned i = 0; i < window; i++)
        a->free_slots[a->free_count++] = i;
    own.seed = (uint64_t)clock_monotonic_ns();
    own.patience_ms = 0; /* a name that fails here has failed before, with patience */
    own.loss_ms = ASKER_FEW_LOSS_MS;
    own.give = on_answer;
    own.context = a;
    a->asker = asker_new(&own, a->failure);
    return a->asker != NULL;
}

static bool next_portion(struct stored_asking *a)
{
    a->next = 0;
    if (!a->questions->next(a->questions->context, a->waiting, &a->count))
        return run_failed(a);
    a->at_end = a->count == 0;
    return true;
}

static bool ask_one(struct stored_asking *a)
{
    const struct question *question = &a->waiting[a->next++];
    unsigned slot = a->free_slots[--a->free_count];
    dnsname_copy(&a->asked[slot].name, &question->name);
    a->asked[slot].type = question->type;
    return asker_ask(a->asker, question, NULL, NULL, slot) || failure_out_of_memory(a->failure);
}

/* Fills the window. */
static bool ask(struct stored_asking *a)
{
    while (!a->at_end) {
        if (a->next == a->count && !next_portion(a))
            return false;
        if (a->at_end)
            break;
        if (!a->asker && !open_asker(a))
            return false;
        if (a->free_count == 0)
            break;
        if (!ask_one(a))
            return false;
    }
    return true;
}

static enum collect_end ask_all(struct stored_asking *a)
{
    for (;;) {
        if (!ask(a))
            return COLLECT_FAILED;
        if (a->at_end && (!a->asker || asker_open(a->asker) == 0))
            return COLLECT_COMPLETE;
        asker_run(a->asker, REPLY_WAIT_MS);
        if (a->keep_failed || !run_file_commit_when_due(a->run)) {
            run_failed(a);
            return COLLECT_FAILED;
        }
        if (*a->options->stop)
            return COLLECT_STOPPED;
        if (asker_gave_up(a->asker))
            return COLLECT_GAVE_UP;
    }
}

enum collect_end stored_questions_ask(const struct stored_questions *questions,
                                      struct run_file *run, const struct collect_options *options,
                                      struct asker_counts *counts, struct failure *failure)
{
    struct stored_asking *a = calloc(1, sizeof(*a));
    if (!a) {
        failure_out_of_memory(failure);
        return COLLECT_FAILED;
    }
    a->questions = questions;
    a->run = run;
    a->options = options;
    a->failure = failure;
    enum collect_end end = ask_all(a);
    if (a->asker)
        asker_counts_merge(counts, asker_counts(a->asker));
    asker_free(a->asker);
    free(a->free_slots);
    free(a->asked);
    free(a);
    return end;
}
