/*
 * The nightly command: an audit into a dated folder, compared with the last complete night.
 *
 * A night is complete when its row is in history.csv. Only then does `latest` lead to it. Whatever
 * ends a night before that leaves history.csv, `latest` and the other nights unchanged.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/command/audit.h"
#include "audit/command/baseline.h"
#include "audit/command/commands.h"
#include "audit/command/confine.h"
#include "io/system/clock.h"
#include "io/system/say.h"
#include "io/system/text_list.h"
#include "reports/nights/index_page.h"
#include "reports/words.h"

enum { NIGHT_PATH_MAX = RUN_DIR_PATH_MAX, COPY_MAX = 4096, MORE_MAX = 64, GONE_MAX = 160 };

/* One night, freed by nightly_command. */
struct nightly {
    struct options options; /* quiet */
    struct nights nights;
    struct metrics_file metrics;
    struct night_name name;
    struct history history;
    char path[NIGHT_PATH_MAX];  /* of the night's folder */
    const struct night *before; /* the last complete night whose run can be read; NULL: none */
    char before_path[NIGHT_PATH_MAX];
    struct baseline *baseline;   /* of that night, or without runs */
    unsigned earlier;            /* nights of the history that were not tried yet */
    struct failure damage;       /* why the newest night cannot be read */
    unsigned damaged;            /* nights whose runs cannot be read */
    char note[FAILURE_TEXT_MAX]; /* why it is not the last complete night; "": it is */
    struct audit_result audit;
    char shrunk[GONE_MAX];  /* that the input has lost much since then; "": it has not */
    char unfound[GONE_MAX]; /* that a walk may not have found what has lost its PTR record */
    struct failure failure;
};

static bool night_path(char out[NIGHT_PATH_MAX], struct nightly *nightly, const char *name)
{
    const char *folder = nightly->nights.folder.path;
    size_t length = strlen(folder);

    while (length > 0 && folder[length - 1] == '/')
        length--;
    if (length >= NIGHT_PATH_MAX)
        length = NIGHT_PATH_MAX - 1;
    return snprintf(out, NIGHT_PATH_MAX, "%.*s/%s", (int)length, folder, name) < NIGHT_PATH_MAX ||
           failure_set(&nightly->failure, EXIT_TROUBLE, "the name of the folder is too long");
}

/* ---- before the night ---- */

/* Takes the night as the baseline. False: its run cannot be read. */
static bool try_before(struct nightly *nightly, const struct night *night)
{
    struct options *options = &nightly->options;

    if (!night_path(nightly->before_path, nightly, night->name.text))
        return false;
    options->before = (struct compared_runs){.count = 1, .folders = {nightly->before_path}};
    if (baseline_reopen(nightly->baseline, &nightly->damage))
        nightly->before = night;
    else
        options->before.count = 0;
    nightly->damaged += nightly->before == NULL;
    return nightly->before != NULL;
}

/* The reason is that of the newest night, which should have been the baseline. */
static void note_damage(struct nightly *nightly)
{
    const struct night *before = nightly->before;
    char more[MORE_MAX] = "";

    if (!failure_is_set(&nightly->damage))
        return;
    if (nightly->damaged > 1)
        snprintf(more, sizeof(more), "; %u more cannot be read", nightly->damaged - 1);
    snprintf(nightly->note, sizeof(nightly->note), "%.*s%s: this night is compared with %s",
             NIGHT_REASON_MAX - 64 - MORE_MAX, nightly->damage.text, more,
             before ? before->name.text : "none");
    baseline_set_note(nightly->baseline, nightly->note);
}

/* A damaged run must not make every following night fail: an earlier one takes its place. */
static void find_before(struct nightly *nightly)
{
    nightly->before = NULL;
    nightly->options.before.count = 0;
    while (nightly->earlier > 0) {
        const struct night *night = &nightly->history.nights[--nightly->earlier];

        if (nights_has_file(&nightly->nights, night->name.text, RUN_FILE_NAME) &&
            try_before(nightly, night))
            break;
    }
    note_damage(nightly);
}

/* Its run was damaged where only the comparison reads it. */
static void next_before(void *context, const struct failure *why)
{
    struct nightly *nightly = context;

    (void)!failure_pass(&nightly->damage, why);
    nightly->damaged++;
    find_before(nightly);
}

static bool open_baseline(struct nightly *nightly)
{
    nightly->baseline = baseline_with_next(&nightly->options, nightly->path, next_before, nightly,
                                           &nightly->failure);
    nightly->earlier = nightly->history.count;
    if (nightly->baseline)
        find_before(nightly);
    return !failure_is_set(&nightly->failure);
}

/* Nights that are not in the history failed. */
static bool drop_failed_runs(struct nightly *nightly)
{
    struct night_name *names;
    unsigned count;
    bool good = nights_list(&nightly->nights, &names, &count, &nightly->failure);

    for (unsigned i = 0; i < count; i++) {
        if (!history_find(&nightly->history, names[i].text))
            nights_drop_run(&nightly->nights, names[i].text);
    }
    free(names);
    return good;
}

/* Everything that needs privileges comes first. */
static bool prepare(struct nightly *nightly)
{
    struct nights *nights = &nightly->nights;
    struct failure *failure = &nightly->failure;

    if (!nights_open(nights, nightly->options.output, failure))
        return false;
    nights_sweep(nights);
    if (!metrics_file_open(&nightly->metrics, nightly->options.prometheus, failure) ||
        !nights_new_name(nights, clock_wall_seconds(), &nightly->name, failure) ||
        !nights_prepare_link(nights, nightly->name.text, failure))
        return false;
    confine_nightly(&nightly->options, &nights->folder, metrics_file_folder(&nightly->metrics));
    return night_path(nightly->path, nightly, nightly->name.text) &&
           history_open(&nightly->history, &nights->folder, failure) && open_baseline(nightly) &&
           drop_failed_runs(nightly) && nights_make(nights, nightly->name.text, failure);
}

/* ---- after it ---- */

static bool write_index(struct nightly *nightly, const char *without)
{
    struct night_list list;
    bool good =
        night_list_make(&list, &nightly->nights, &nightly->history, without, &nightly->failure) &&
        index_page_write(&nightly->nights.folder, &list, PROGRAM, clock_wall_seconds(),
                         &nightly->failure);

    night_list_free(&list);
    return good;
}

/* The oldest folders go. Neither the new one nor the number of rows in history.csv changes. */
static bool prune(struct nightly *nightly)
{
    struct night_name *names;
    unsigned count;
    bool good = nights_list(&nightly->nights, &names, &count, &nightly->failure);
    unsigned most = nightly->options.keep, left = count;

    for (unsigned i = 0; i < count && good && left > most; i++) {
        if (strcmp(names[i].text, nightly->name.text) == 0)
            continue;
        good = nights_remove(&nightly->nights, names[i].text, &nightly->failure);
        left--;
    }
    free(names);
    return good;
}

/* The reason is kept here: errno is another one when main looks at the stream. */
static bool put_out(const char *text, size_t length, struct failure *failure)
{
    if (fwrite(text, 1, length, stdout) == length && fflush(stdout) == 0)
        return true;
    failure_set(failure, EXIT_TROUBLE, "cannot write to standard output: %s", strerror(errno));
    clearerr(stdout);
    return false;
}

/* Prints a text of the night on standard output: cron mails it. Its first line is a subject:
 * messages come after it. */
static void print_text(struct nightly *nightly, const char *file)
{
    char path[NIGHT_PATH_MAX], part[COPY_MAX];
    ssize_t n = -1;
    int fd = -1;

    if (snprintf(path, sizeof(path), "%s/%s", nightly->name.text, file) < (int)sizeof(path))
        fd = openat(nightly->nights.folder.fd, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    while (fd >= 0 && (n = read(fd, part, sizeof(part))) > 0 &&
           put_out(part, (size_t)n, &nightly->failure))
        ;
    if (n < 0)
        failure_set(&nightly->failure, EXIT_TROUBLE, "cannot read %s/%s: %s", nightly->path, file,
                    strerror(errno));
    if (fd >= 0)
        close(fd);
}

static void describe(struct night *night, const struct nightly *nightly, enum exit_status status)
{
    const struct tally *tally = &nightly->audit.tally;
    const struct change_tally *changes = &nightly->audit.changes;

    *night = (struct night){.name = nightly->name,
                            .status = status,
                            .addresses = tally->rows,
                            .accepted = tally_accepted(tally),
                            .alarms = changes->alarms,
                            .seconds = nightly->audit.seconds,
                            .queries = nightly->audit.queries};
    memcpy(night->verdicts, tally->verdicts, sizeof(night->verdicts));
    memcpy(night->changes, changes->changes, sizeof(night->changes));
}

/* Addresses that are known to be broken: a temporary error raises no alarm. */
static uint64_t count_broken(const struct tally *tally)
{
    uint64_t broken = 0;

    for (unsigned i = 0; i < VERDICTS; i++) {
        if (night_counts_as_broken((enum verdict)i))
            broken += tally_counting(tally, (enum verdict)i);
    }
    return broken;
}

/* An address that is no longer in the input breaks nothing, so an export that was cut short would
 * make a quiet night. */
static void note_shrunk(struct nightly *nightly)
{
    uint64_t now = nightly->audit.tally.rows;
    uint64_t then = nightly->before ? nightly->before->addresses : 0;
    char now_text[GROUPED_MAX], then_text[GROUPED_MAX];

    if (then == 0 || now > then / 2)
        return;
    grouped_print(now_text, now);
    grouped_print(then_text, then);
    snprintf(nightly->shrunk, GONE_MAX,
             "only %s address%s in the input, %s the night before: is the input whole?", now_text,
             plural_es(now), then_text);
}

/* A walk does not find an address that has lost its PTR record, so nothing is known to be broken.
 */
static void note_unfound(struct nightly *nightly)
{
    uint64_t removed = nightly->audit.changes.changes[ROW_REMOVED];
    char text[GROUPED_MAX];

    if (nightly->options.walk_count == 0 || removed == 0)
        return;
    grouped_print(text, removed);
    snprintf(nightly->unfound, GONE_MAX,
             "%s address%s of the night before %s not found: a walk finds none without a PTR "
             "record; see changes.csv",
             text, plural_es(removed), removed == 1 ? "is" : "are");
}

/* The audit has compared with the night before. The first night raises the alarm for all that is
 * broken. */
static enum exit_status judge_changes(struct nightly *nightly)
{
    struct change_tally *changes = &nightly->audit.changes;

    if (!nightly->before)
        changes->alarms = count_broken(&nightly->audit.tally);
    return changes->alarms > 0 ? EXIT_FINDINGS : EXIT_POLICY_MET;
}

/* Refused rows are missing in the audit. They are said when that is news, and beside whatever else
 * the night prints: the same row refused every night must not send a mail every night. */
static void say_rejected(const struct nightly *nightly, enum exit_status status)
{
    const struct audit_result *audit = &nightly->audit;

    if (!audit->reported || audit->tally.rows == 0) /* then the audit has said it */
        return;
    if (status != EXIT_POLICY_MET || audit->tally.rejected != baseline_rejected(nightly->baseline))
        judging_say_rejected(&nightly->options, nightly->path, &audit->tally);
}

/* The reason alone does not say which zones or resolvers are at fault. An audit that was stopped
 * has said no reason. */
static void say_failed(const struct nightly *nightly, enum exit_status status)
{
    bool stopped = status > EXIT_TRY_LATER;

    if (status > EXIT_FINDINGS && nightly->audit.reported)
        say("the night failed%s%s, and no later one is compared with it; what it found: "
            "%s/audit.html",
            stopped ? ": " : "", stopped ? nightly->audit.why : "", nightly->path);
}

/* What is special about the night, for its row of index.html. */
static bool keep_note(struct nightly *nightly)
{
    char rejected[JUDGING_REJECTED_MAX];
    char note[2 * (GONE_MAX + 2) + JUDGING_REJECTED_MAX + 2 + FAILURE_TEXT_MAX] = "";
    const char *const parts[] = {nightly->shrunk, nightly->unfound, rejected, nightly->note};

    judging_print_rejected(rejected, &nightly->options, nightly->name.text, &nightly->audit.tally);
    for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (parts[i][0])
            text_list_add(note, sizeof(note), "; ", parts[i]);
    }
    return !note[0] ||
           nights_set_note(&nightly->nights, nightly->name.text, note, &nightly->failure);
}

/* The night becomes a complete one. No later night reports again what broke in it, so that is
 * printed before anything else can fail. */
static enum exit_status complete(struct nightly *nightly, enum exit_status status)
{
    struct failure *failure = &nightly->failure;
    struct night night;
    bool first = !nightly->before;

    describe(&night, nightly, status);
    if (!keep_note(nightly) ||
        !history_add(&nightly->history, &nightly->nights.folder, &night, failure))
        return failure->status;
    nightly->audit.complete = true;
    if (status == EXIT_FINDINGS)
        print_text(nightly, first ? "summary.txt" : "changes.txt");
    if (!nights_switch_link(&nightly->nights, failure) || !prune(nightly) ||
        !write_index(nightly, ""))
        return failure->status;
    return failure_is_set(failure) ? failure->status : status;
}

/* Records the failure where it can be recorded. On a full disk it cannot; the night is then one
 * that was killed. */
static void give_up(struct nightly *nightly, enum exit_status status)
{
    struct failure ignored = {0};
    const char *why =
        failure_is_set(&nightly->failure) ? nightly->failure.text : nightly->audit.why;

    if (nights_set_reason(&nightly->nights, nightly->name.text, status, why, &ignored))
        (void)!write_index(nightly, "");
}

static enum exit_status run_night(struct nightly *nightly)
{
    enum exit_status status;

    if (!prepare(nightly) || !write_index(nightly, nightly->name.text)) {
        status = nightly->failure.status;
    } else {
        struct audit_job job = {.options = &nightly->options,
                                .output = nightly->path,
                                .nightly = true,
                                .baseline = nightly->before ? nightly->baseline : NULL};
        status = audit_run(&job, &nightly->audit);
        say_failed(nightly, status);
        if (nightly->note[0]) /* the comparison may have found more damage */
            say("%s", nightly->note);
        if (status <= EXIT_FINDINGS) {
            note_shrunk(nightly);
            note_unfound(nightly);
            status = judge_changes(nightly);
        }
        if (status <= EXIT_FINDINGS)
            status = complete(nightly, status);
        if (nightly->shrunk[0])
            say("%s", nightly->shrunk);
        if (nightly->unfound[0])
            say("%s", nightly->unfound);
        say_rejected(nightly, status);
    }
    if (status > EXIT_FINDINGS && nightly->nights.folder.fd >= 0 &&
        !history_find(&nightly->history, nightly->name.text))
        give_up(nightly, status);
    return status;
}

enum exit_status nightly_command(const struct options *options)
{
    struct failure failure = {0};
    struct nightly *nightly = calloc(1, sizeof(*nightly));
    enum exit_status status = EXIT_TROUBLE;

    if (nightly) {
        nightly->options = *options;
        nightly->options.quiet = true;
        nightly->nights.folder.fd = nightly->metrics.folder.fd = -1;
        status = run_night(nightly);
        status = audit_write_metrics(&nightly->metrics, &nightly->options, &nightly->audit, status);
        failure = nightly->failure;
        baseline_close(nightly->baseline);
        metrics_file_close(&nightly->metrics);
        nights_close(&nightly->nights);
        history_free(&nightly->history);
    } else {
        failure_out_of_memory(&failure);
    }
    if (failure_is_set(&failure))
        say("%s", failure.text);
    free(nightly);
    return status;
}
