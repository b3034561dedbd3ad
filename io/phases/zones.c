#include "io/phases/zones.h"

#include <stdlib.h>

#include "audit/blame.h"
#include "audit/verdict.h"
#include "audit/zone_question.h"
#include "io/phases/found_walk.h"
#include "io/phases/stored_questions.h"
#include "io/system/clock.h"

enum {
    NOTED = 8,       /* names noted last: adjacent addresses mostly want the same */
    OWN_ASKED = 32,  /* addresses of a /24 that are asked for zones of their own */
    BLOCK_BITS = 16, /* of the hash of a /24; those that collide share one count */
};

struct zones {
    struct run_file *run;
    const struct collect_options *options;
    struct failure *failure;
    /* judging */
    unsigned noted_count;
    struct dnsname noted[NOTED];
    uint8_t own_asked[1 << BLOCK_BITS]; /* by hash of the /24 */
    struct observation seen;            /* large, reused */
    struct judgement judgement;
    /* asking */
    enum zone_need need;
    bool climbs; /* a question failed: the names above it are wanted too */
    bool has_last;
    struct dnsname last; /* of the previous portion */
    struct dnsname names[STORED_QUESTIONS_PORTION];
};

static enum collect_end end_failed(struct zones *z)
{
    failure_pass(z->failure, run_file_failure(z->run));
    return COLLECT_FAILED;
}

/* ---- the zones that are wanted ---- */

/* True: the name is among those noted last. If not, it is noted now. */
static bool remember(struct zones *z, const struct dnsname *name)
{
    unsigned known = z->noted_count < NOTED ? z->noted_count : NOTED;
    for (unsigned i = 0; i < known; i++) {
        if (dnsname_equal(&z->noted[i], name))
            return true;
    }
    dnsname_copy(&z->noted[z->noted_count++ % NOTED], name);
    return false;
}

static bool note(struct zones *z, const struct zone_question *question, int64_t checked_at)
{
    if (remember(z, &question->name))
        return true;
    if (question->soa)
        return run_file_add_zone(z->run, &question->name, question->soa, checked_at);
    return run_file_want_zone(z->run, &question->name);
}

static uint8_t *own_asked(struct zones *z, const struct ipaddr *address)
{
    const uint8_t *octets = address->bytes;
    uint32_t block = (uint32_t)octets[0] << 16 | (uint32_t)octets[1] << 8 | octets[2];
    return &z->own_asked[block * UINT32_C(2654435761) >> (32 - BLOCK_BITS)];
}

/* Some networks delegate single addresses, hardly any a whole /24 of them. Asking for the first
 * ones of each /24 is enough, so that a network of wrong records does not double the questions. */
static bool note_own(struct zones *z, const struct run_found *found)
{
    struct dnsname name;
    if (!zone_question_own(&name, &found->address, &z->seen) || remember(z, &name))
        return true;
    uint8_t *asked = own_asked(z, &found->address);
    if (*asked == OWN_ASKED)
        return true;
    ++*asked;
    return run_file_want_zone(z->run, &name);
}

static bool note_zones(struct zones *z, const struct run_found *found)
{
    struct zone_question question;
    if (zone_question_reverse(&question, &found->address, &z->seen) &&
        !note(z, &question, found->checked_at))
        return false;
    for (unsigned i = 0; i < z->judgement.fix_count; i++) {
        if (z->judgement.fixes[i].who == FIXER_REVERSE_ZONE && !note_own(z, found))
            return false;
        if (zone_question_fix(&question, &z->judgement.fixes[i], &found->address, &z->seen) &&
            !note(z, &question, found->checked_at))
            return false;
    }
    return true;
}

/* The verdict depends on the expected name of the row, so an address is judged once per row, as in
 * reports. */
static bool judge(void *context, const struct run_item *item, const struct run_found *found)
{
    struct zones *z = context;
    if (!run_file_decode(z->run, found, &z->seen))
        return false;
    struct dnsname name;
    struct evidence evidence = {.address = found->address,
                                .seen = &z->seen,
                                .checked_at = found->checked_at,
                                .expected = run_item_expected(item, &found->address, &name),
                                .skip_special = z->options->skip_special};
    verdict_of(&z->judgement, &evidence);
    bool wanted =
        z->judgement.verdict != VERDICT_PASS && z->judgement.verdict != VERDICT_NOT_PUBLIC;
    return !wanted || note_zones(z, found);
}

/* ---- asking ---- */

static bool next_names(void *context, struct question *out, unsigned *count)
{
    struct zones *z = context;
    if (!run_file_zones_needed(z->run, z->need, z->has_last ? &z->last : NULL, z->names,
                               STORED_QUESTIONS_PORTION, count))
        return false;
    for (unsigned i = 0; i < *count; i++) {
        out[i].type = z->need == ZONE_NEEDS_SERVERS ? RR_NS : RR_SOA;
        dnsname_copy(&out[i].name, &z->names[i]);
    }
    z->has_last = *count > 0;
    if (z->has_last)
        dnsname_copy(&z->last, &z->names[*count - 1]);
    return true;
}

/* A failing zone is reported once, and a block of addresses in it is not its apex. All names above
 * the block are asked at the same time, since each may take long to fail. Adjacent blocks share
 * most of them. */
static bool want_above(struct zones *z, const struct dnsname *name)
{
    struct dnsname at, above;
    dnsname_copy(&at, name);
    z->climbs = true;
    for (unsigned i = 0; i < ZONES_ABOVE_MAX && zone_question_above(&above, &at); i++) {
        if (!run_file_want_zone(z->run, &above))
            return false;
        dnsname_copy(&at, &above);
    }
    return true;
}

static bool keep(void *context, const struct question *question, const struct answer *answer)
{
    struct zones *z = context;
    if (z->need != ZONE_NEEDS_SERVERS)
        return (!blame_may_be_zone(answer->kind) || want_above(z, &question->name)) &&
               run_file_add_zone(z->run, &question->name, answer, clock_wall_seconds());
    /* After a temporary answer the servers stay needed. */
    return answer_is_temporary(answer) || run_file_add_servers(z->run, &question->name, answer);
}

static enum collect_end ask_all(struct zones *z, enum zone_need need, struct asker_counts *counts)
{
    const struct stored_questions questions = {.context = z, .next = next_names, .keep = keep};
    z->need = need;
    z->has_last = false;
    return stored_questions_ask(&questions, z->run, z->options, counts, z->failure);
}

static enum collect_end ask_wanted(struct zones *z, struct asker_counts *counts)
{
    z->climbs = false;
    enum collect_end end = ask_all(z, ZONE_NEEDS_SOA, counts);
    if (end == COLLECT_COMPLETE && z->climbs)
        end = ask_all(z, ZONE_UNASKED, counts);
    if (end == COLLECT_COMPLETE)
        end = ask_all(z, ZONE_NEEDS_SERVERS, counts);
    if (end != COLLECT_FAILED && !run_file_commit(z->run))
        end = end_failed(z);
    return end;
}

static struct zones *zones_new(struct run_file *run, const struct collect_options *options,
                               struct failure *failure)
{
    struct zones *z = calloc(1, sizeof(*z));
    if (!z) {
        failure_out_of_memory(failure);
        return NULL;
    }
    z->run = run;
    z->options = options;
    z->failure = failure;
    return z;
}

enum collect_end zones_collect(struct run_file *run, const struct collect_options *options,
                               const struct collect_progress *progress, struct asker_counts *counts,
                               struct failure *failure)
{
    if (!options->resumed && progress->doubtful == 0)
        return COLLECT_COMPLETE;
    struct zones *z = zones_new(run, options, failure);
    if (!z)
        return COLLECT_FAILED;
    enum collect_end end = found_walk(run, options->stop, judge, z, failure);
    if (end == COLLECT_COMPLETE)
        end = ask_wanted(z, counts);
    else if (end != COLLECT_FAILED && !run_file_commit(run))
        end = end_failed(z);
    free(z);
    return end;
}

enum collect_end zones_ask(struct run_file *run, const struct collect_options *options,
                           struct asker_counts *counts, struct failure *failure)
{
    struct zones *z = zones_new(run, options, failure);
    enum collect_end end = z ? ask_wanted(z, counts) : COLLECT_FAILED;
    free(z);
    return end;
}
