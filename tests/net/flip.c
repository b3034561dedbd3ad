/*
 * Flips single bits of a run file and makes a report of each changed file. The report must be the
 * one of the sound file; otherwise the program must fail (exit code 2 and a message) and leave the
 * earlier report unchanged. For tests/net/stories/damage.
 *
 *   flip PROGRAM RUN-DIRECTORY WORK-DIRECTORY COUNT SEED
 *
 * Prints one line for each wrong outcome, then "refused R same S". Half of the flips hit the header
 * of the file or the head of a page, the other half any octet that is not zero.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 8192, PAGE_HEAD = 96, PATH_SIZE = 1024, EXIT_TROUBLE = 2, REPORTS = 3 };

static const char *const NAMES[REPORTS] = {"audit.csv", "rejected.csv", "summary.json"};

struct text {
    char *octets;
    size_t length;
};

struct flipping {
    const char *program;
    char run[PATH_SIZE], run_file[PATH_SIZE], out[PATH_SIZE], messages[PATH_SIZE];
    struct text file;
    struct text reports[REPORTS];
    int status; /* of the sound file */
    uint64_t random;
    unsigned refused, same, wrong;
};

static struct text read_file(const char *path)
{
    struct text text = {0};
    FILE *file = fopen(path, "rb");
    struct stat about;
    if (!file || fstat(fileno(file), &about) != 0)
        return text;
    text.octets = malloc((size_t)about.st_size + 1);
    if (text.octets)
        text.length = fread(text.octets, 1, (size_t)about.st_size, file);
    fclose(file);
    if (text.octets)
        text.octets[text.length] = '\0';
    return text;
}

/* The time of writing always differs. */
static void hide_time(struct text *report)
{
    char *at = report->octets ? strstr(report->octets, "\"written_at\": \"") : NULL;
    if (at)
        memset(at + 15, '*', strcspn(at + 15, "\""));
}

static struct text report_of(const struct flipping *f, unsigned i)
{
    char path[2 * PATH_SIZE];
    snprintf(path, sizeof(path), "%s/%s", f->out, NAMES[i]);
    struct text report = read_file(path);
    hide_time(&report);
    return report;
}

static bool write_file(const char *path, const struct text *text)
{
    FILE *file = fopen(path, "wb");
    bool good = file && fwrite(text->octets, 1, text->length, file) == text->length;
    return file && fclose(file) == 0 && good;
}

/* The exit code of a report; -1: it was killed. */
static int report(struct flipping *f)
{
    char name[] = "fcrdns", command[] = "report", quiet[] = "-q", force[] = "--force",
         output[] = "-o";
    char *const arguments[] = {name, command, quiet, force, output, f->out, f->run, NULL};
    posix_spawn_file_actions_t files;
    pid_t child;
    int status = -1;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, f->messages,
                                     O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (posix_spawn(&child, f->program, &files, NULL, arguments, environ) != 0 ||
        waitpid(child, &status, 0) != child)
        status = -1;
    posix_spawn_file_actions_destroy(&files);
    return status != -1 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static uint64_t next(struct flipping *f)
{
    f->random = f->random * 6364136223846793005u + 1442695040888963407u;
    return f->random >> 33;
}

static size_t choose(struct flipping *f)
{
    size_t pages = f->file.length / PAGE;
    if (next(f) % 2 == 0)
        return next(f) % pages * PAGE + next(f) % PAGE_HEAD;
    size_t at = next(f) % f->file.length;
    while (f->file.octets[at] == 0)
        at = (at + 1) % f->file.length;
    return at;
}

static const char *fault_of(struct flipping *f, int status)
{
    struct text messages = read_file(f->messages);
    bool silent = messages.length == 0;
    free(messages.octets);
    if (status != f->status && status != EXIT_TROUBLE)
        return "a third exit code";
    if (status == EXIT_TROUBLE && silent)
        return "an error without a message";
    for (unsigned i = 0; i < REPORTS; i++) {
        struct text now = report_of(f, i);
        bool same = now.length == f->reports[i].length &&
                    memcmp(now.octets, f->reports[i].octets, now.length) == 0;
        free(now.octets);
        if (!same)
            return NAMES[i];
    }
    return NULL;
}

static bool flip(struct flipping *f)
{
    size_t at = choose(f);
    char bit = (char)(1 << next(f) % 8);
    f->file.octets[at] ^= bit;
    bool good = write_file(f->run_file, &f->file);
    f->file.octets[at] ^= bit;
    int status = good ? report(f) : -1;
    const char *fault = fault_of(f, status);
    if (fault) {
        printf("octet %zu, bit %#x, status %d: %s\n", at, (unsigned char)bit, status, fault);
        f->wrong++;
    } else if (status == EXIT_TROUBLE) {
        f->refused++;
    } else {
        f->same++;
    }
    return good;
}

int main(int argc, char **argv)
{
    static struct flipping f;
    char path[PATH_SIZE];
    if (argc != 6)
        return EXIT_TROUBLE;
    f.program = argv[1];
    f.random = strtoull(argv[5], NULL, 10);
    snprintf(path, sizeof(path), "%s/run.db", argv[2]);
    f.file = read_file(path);
    snprintf(f.run, sizeof(f.run), "%s/run", argv[3]);
    snprintf(f.run_file, sizeof(f.run_file), "%s/run/run.db", argv[3]);
    snprintf(f.out, sizeof(f.out), "%s/out", argv[3]);
    snprintf(f.messages, sizeof(f.messages), "%s/messages", argv[3]);
    if (mkdir(f.run, 0700) != 0 || f.file.length < PAGE || !write_file(f.run_file, &f.file)) {
        perror(path);
        return EXIT_TROUBLE;
    }
    f.status = report(&f);
    for (unsigned i = 0; i < REPORTS; i++)
        f.reports[i] = report_of(&f, i);
    for (unsigned long count = strtoul(argv[4], NULL, 10); count > 0; count--)
        if (!flip(&f))
            return EXIT_TROUBLE;
    printf("refused %u same %u\n", f.refused, f.same);
    return f.wrong > 0 || f.status < 0 || f.status >= EXIT_TROUBLE;
}
