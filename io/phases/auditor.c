#include "io/phases/auditor.h"

#include <stdlib.h>
#include <sys/queue.h>

#include "io/system/clock.h"

enum { PARKED_WINDOWS = 8, PARKED_MAX = 32768 };

/* The check of one address. */
struct job {
    LIST_ENTRY(job) link;
    struct auditor *auditor;
    struct check *check;
    int64_t started_ns;
    unsigned open; /* questions at name servers; and one while further ones are asked */
    bool failed;   /* no name server answered a question */
};

LIST_HEAD(job_list, job);

struct auditor {
    struct asker *asker;                       /* NULL: name servers are asked */
    struct zone_asker *zones;                  /* NULL: resolvers are asked */
    const struct name_server_options *servers; /* likewise */
    unsigned window;
    unsigned open;
    uint64_t doubtful;
    bool out_of_memory;
    struct job_list jobs;
    found_fn *give;
    void *context;
};

static void close_job(struct job *job)
{
    LIST_REMOVE(job, link);
    job->auditor->open--;
    check_free(job->check);
    free(job);
}

static void finish_job(struct job *job)
{
    struct auditor *auditor = job->auditor;
    struct facts_buffer facts = check_take_facts(job->check);
    bool passes = check_passes(job->check);
    const struct name_server_options *servers = auditor->servers;
    auditor->doubtful += !passes;
    struct run_found found = {
        .address = *check_address(job->check),
        .vantage = servers && (!passes || servers->all_as_vantage) ? servers->vantage : 0,
        .checked_at = clock_wall_seconds(),
        .elapsed_ms = (uint32_t)((clock_monotonic_ns() - job->started_ns) / 1000000),
        .tries = check_tries(job->check),
        .settled = check_settled(job->check),
        .facts = facts.bytes,
        .length = facts.length};
    close_job(job);
    auditor->give(auditor->context, &found);
}

/* The address whose zone a PTR question belongs to, or that is looked for in the answer. NULL: a
 * PTR question for the target of an alias belongs to the zone of its own name. */
static const struct ipaddr *wanted_address(const struct check *check,
                                           const struct question *question)
{
    struct dnsname reverse;
    if (question->type != RR_PTR)
        return check_address(check);
    ipaddr_reverse_name(&reverse, check_address(check));
    return dnsname_equal(&question->name, &reverse) ? check_address(check) : NULL;
}

/* A question may end at once. */
static bool ask_name_servers(struct job *job)
{
    struct question question;
    unsigned slot;
    bool good = true;
    job->open++;
    while (good && !job->failed && check_next(job->check, &question, &slot)) {
        const struct ipaddr *wanted = wanted_address(job->check, &question);
        job->open++;
        good = zone_asker_ask(job->auditor->zones, &question,
                              question.type == RR_PTR ? wanted : NULL, wanted, job, slot);
    }
    job->open--;
    return good;
}

static bool ask_open_questions(struct job *job)
{
    struct asker *asker = job->auditor->asker;
    struct question question;
    unsigned slot;
    if (!asker)
        return ask_name_servers(job);
    while (check_next(job->check, &question, &slot)) {
        const struct ipaddr *wanted = wanted_address(job->check, &question);
        bool begun = check_tries(job->check) > 0;
        if (!(begun ? asker_ask_soon(asker, &question, wanted, job, slot)
                    : asker_ask(asker, &question, wanted, job, slot)))
            return false;
    }
    return true;
}

static void on_answer(void *context, void *owner, unsigned slot, const struct answer *answer)
{
    struct auditor *auditor = context;
    struct job *job = owner;
    if (!check_feed(job->check, slot, answer) || !ask_open_questions(job))
        auditor->out_of_memory = true;
    else if (check_done(job->check))
        finish_job(job);
}

static void end_at_name_servers(struct job *job)
{
    if (job->open > 0)
        return;
    if (!job->failed && check_done(job->check))
        finish_job(job);
    else
        close_job(job);
}

static void on_zone_answer(void *context, void *owner, unsigned slot, const struct answer *answer)
{
    struct auditor *auditor = context;
    struct job *job = owner;
    job->open--;
    job->failed |= !answer;
    if (!job->failed && (!check_feed(job->check, slot, answer) || !ask_open_questions(job)))
        auditor->out_of_memory = true;
    end_at_name_servers(job);
}

static bool open_asker(struct auditor *auditor, const struct asker_options *options,
                       const struct name_server_options *servers, struct failure *failure)
{
    auditor->servers = servers;
    if (servers) {
        auditor->zones = zone_asker_new(options, servers, on_zone_answer, auditor, failure);
        return auditor->zones != NULL;
    }
    struct asker_options own = *options;
    own.give = on_answer;
    own.context = auditor;
    auditor->asker = asker_new(&own, failure);
    return auditor->asker != NULL;
}

struct auditor *auditor_new(const struct asker_options *options,
                            const struct name_server_options *servers, found_fn *give,
                            void *context, struct failure *failure)
{
    struct auditor *auditor = calloc(1, sizeof(*auditor));
    if (!auditor) {
        failure_out_of_memory(failure);
        return NULL;
    }
    auditor->window = options->window;
    auditor->give = give;
    auditor->context = context;
    LIST_INIT(&auditor->jobs);
    if (!open_asker(auditor, options, servers, failure)) {
        free(auditor);
        return NULL;
    }
    return auditor;
}

/* Addresses whose questions wait for their next try do not count in the window, up to a bound. */
unsigned auditor_room(const struct auditor *auditor)
{
    unsigned active = auditor->zones ? zone_asker_open(auditor->zones)
                                     : asker_open(auditor->asker) - asker_waiting(auditor->asker);
    unsigned parked = auditor->window < PARKED_MAX / PARKED_WINDOWS
                          ? auditor->window * PARKED_WINDOWS
                          : PARKED_MAX;
    unsigned room = active < auditor->window ? auditor->window - active : 0;
    unsigned most = auditor->window + parked - auditor->open;
    return room < most ? room : most;
}

unsigned auditor_open(const struct auditor *auditor)
{
    return auditor->open;
}

bool auditor_start(struct auditor *auditor, const struct walk_unit *unit)
{
    if (auditor->zones && unit->in_cut)
        return true;
    struct job *job = malloc(sizeof(*job));
    if (!job)
        return false;
    job->open = 0;
    job->failed = false;
    job->check = check_new(unit);
    if (!job->check) {
        free(job);
        return false;
    }
    job->auditor = auditor;
    job->started_ns = clock_monotonic_ns();
    LIST_INSERT_HEAD(&auditor->jobs, job, link);
    auditor->open++;
    bool good = ask_open_questions(job);
    if (auditor->zones)
        end_at_name_servers(job);
    return good;
}

bool auditor_run(struct auditor *auditor, int max_wait_ms)
{
    if (auditor->zones)
        auditor->out_of_memory |= !zone_asker_run(auditor->zones, max_wait_ms);
    else
        asker_run(auditor->asker, max_wait_ms);
    return !auditor->out_of_memory;
}

bool auditor_gave_up(const struct auditor *auditor)
{
    return auditor->zones ? zone_asker_gave_up(auditor->zones) : asker_gave_up(auditor->asker);
}

uint64_t auditor_doubtful(const struct auditor *auditor)
{
    return auditor->doubtful;
}

const struct asker_counts *auditor_counts(const struct auditor *auditor)
{
    return auditor->zones ? zone_asker_counts(auditor->zones) : asker_counts(auditor->asker);
}

void auditor_free(struct auditor *auditor)
{
    if (!auditor)
        return;
    asker_free(auditor->asker);
    zone_asker_free(auditor->zones);
    struct job *job;
    while ((job = LIST_FIRST(&auditor->jobs)))
        close_job(job);
    free(auditor);
}
