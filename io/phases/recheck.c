#include "io/phases/recheck.h"

#include <stdio.h>
#include <stdlib.h>

#include "audit/expectation.h"
#include "audit/verdict.h"
#include "io/run/record.h"
#include "io/system/run_dir.h"

struct recheck {
    struct run_file *old;
    bool skip_special;    /* of the earlier run */
    bool from_zone_files; /* of the earlier run */
    /* while loading */
    struct run_file *run; /* NULL: only count */
    struct recheck_counts *counts;
    struct failure *failure;
    int64_t now;
    bool has_source;
    uint32_t old_source; /* of the rows being copied */
    uint32_t new_source;
    bool has_open;           /* `open` waits to be written */
    struct iprange open;     /* adjacent addresses that become one row; valid with has_open */
    struct run_item item;    /* of the earlier run, being judged */
    struct observation seen; /* large, reused */
    struct judgement judgement;
};

struct recheck *recheck_open(const char *directory, ip_count max_range, struct failure *failure)
{
    char path[RUN_DIR_PATH_MAX];
    struct run_record *record = calloc(1, sizeof(*record));
    struct recheck *recheck = calloc(1, sizeof(*recheck));
    if (!record || !recheck) {
        failure_out_of_memory(failure);
        goto fail;
    }
    snprintf(path, sizeof(path), "%s/%s", directory, RUN_FILE_NAME);
    recheck->old = run_file_open(path, RUN_READ, failure);
    if (!recheck->old)
        goto fail;
    run_file_limit_ranges(recheck->old, max_range);
    record_read(recheck->old, record);
    recheck->skip_special = record->skip_special;
    recheck->from_zone_files = record->zone_files[0] != '\0';
    free(record);
    return recheck;
fail:
    free(record);
    free(recheck);
    return NULL;
}

void recheck_close(struct recheck *recheck)
{
    struct failure unread = {0}; /* nothing was written */
    if (recheck)
        (void)!run_file_close(recheck->old, &unread);
    free(recheck);
}

/* ---- writing ---- */

static bool name_source(struct recheck *r)
{
    if (r->has_source && r->old_source == r->item.source)
        return true;
    r->has_source = true;
    r->old_source = r->item.source;
    return run_file_add_source(r->run, run_file_source(r->old, r->item.source), &r->new_source);
}

static bool write_open(struct recheck *r)
{
    if (!r->has_open)
        return true;
    r->has_open = false;
    r->counts->rows++;
    if (!r->run)
        return true;
    if (!name_source(r))
        return false;
    struct run_item item = r->item;
    item.source = r->new_source;
    item.range = r->open;
    item.seq = 0;
    if (item.has_expected &&
        !expectation_part(&item.expected, &r->item.expected, &r->item.range.first, &r->open.first))
        return failure_set(r->failure, EXIT_TROUBLE, "a pattern of the earlier run is too long");
    return run_file_add_item(r->run, &item) && run_file_commit_when_large(r->run);
}

/* ---- choosing ---- */

/* No resolver has cached the answers of zone files. */
static void note_early(struct recheck *r)
{
    if (r->from_zone_files || !r->judgement.has_safe_after || r->judgement.safe_after <= r->now)
        return;
    r->counts->early++;
    if (r->judgement.safe_after > r->counts->early_until)
        r->counts->early_until = r->judgement.safe_after;
}

/* found: NULL if the address was never asked. False: the facts are damaged. */
static bool did_not_pass(struct recheck *r, const struct ipaddr *address,
                         const struct run_found *found, bool *out)
{
    if (found && !run_file_decode(r->old, found, &r->seen))
        return false;
    struct dnsname name;
    struct evidence evidence = {.address = *address,
                                .seen = found ? &r->seen : NULL,
                                .checked_at = found ? found->checked_at : 0,
                                .expected = run_item_expected(&r->item, address, &name),
                                .mapped = r->item.mapped,
                                .skip_special = r->skip_special};
    verdict_of(&r->judgement, &evidence);
    *out = r->judgement.verdict != VERDICT_PASS && r->judgement.verdict != VERDICT_NOT_PUBLIC;
    return true;
}

static bool take_address(struct recheck *r, const struct ipaddr *address,
                         const struct run_found *found)
{
    bool wanted;
    if (!did_not_pass(r, address, found, &wanted))
        return false;
    if (!wanted) {
        r->counts->passed++;
        return write_open(r);
    }
    r->counts->addresses++;
    r->counts->expecting +=
        r->item.has_expected && expectation_of(&r->item.expected) != EXPECT_DOMAIN;
    note_early(r);
    if (!r->has_open)
        r->open.first = *address;
    r->open.last = *address;
    r->has_open = true;
    return true;
}

/* Goes through the addresses of the item and the facts in parallel; both are in ascending order. */
static bool take_item(struct recheck *r)
{
    struct run_found found;
    struct ipaddr address = r->item.range.first;
    bool more = run_file_found_begin(r->old, &r->item.range);
    enum run_step step = more ? run_file_found_next(r->old, &found) : RUN_FAILED;
    while (more && step != RUN_FAILED) {
        bool here = step == RUN_ROW && ipaddr_equal(&found.address, &address);
        if (!take_address(r, &address, here ? &found : NULL))
            return false;
        if (here)
            step = run_file_found_next(r->old, &found);
        more = !ipaddr_equal(&address, &r->item.range.last) && ipaddr_next(&address);
    }
    return step != RUN_FAILED && write_open(r);
}

static bool take_items(struct recheck *r)
{
    enum run_step step = RUN_FAILED;
    if (!run_file_items_begin(r->old))
        return false;
    while ((step = run_file_items_next(r->old, &r->item)) == RUN_ROW) {
        if (!take_item(r))
            return false;
    }
    return step == RUN_END;
}

bool recheck_load(struct recheck *recheck, struct run_file *run, int64_t now,
                  struct recheck_counts *counts, struct failure *failure)
{
    *counts = (struct recheck_counts){0};
    recheck->run = run;
    recheck->counts = counts;
    recheck->failure = failure;
    recheck->now = now;
    recheck->has_source = recheck->has_open = false;
    if (take_items(recheck) && (!run || run_file_seal_input(run)))
        return true;
    if (failure_is_set(failure))
        return false;
    failure_pass(failure, run_file_failure(recheck->old));
    return run ? failure_pass(failure, run_file_failure(run)) : false;
}
