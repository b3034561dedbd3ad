#include "reports/nights/history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/output/outfile.h"

static const char FILE_NAME[] = "history.csv";

enum { NUMBERS_MAX = VERDICTS + ROW_CHANGES + 8, DIGITS_MAX = 19, NIGHTS_STEP = 64 };

/* ---- columns ---- */

struct number {
    const char *name;
    uint64_t *at;
};

/* The columns after the name and the status. Returns their number. */
static unsigned list_numbers(struct number out[NUMBERS_MAX], struct night *night)
{
    unsigned count = 0;

    out[count++] = (struct number){"addresses", &night->addresses};
    for (unsigned i = 0; i < VERDICTS; i++)
        out[count++] = (struct number){verdict_row((enum verdict)i)->key, &night->verdicts[i]};
    out[count++] = (struct number){"accepted", &night->accepted};
    for (unsigned i = ROW_SAME + 1; i < ROW_CHANGES; i++)
        out[count++] = (struct number){row_change_row((enum row_change)i)->key, &night->changes[i]};
    out[count++] = (struct number){"alarms", &night->alarms};
    out[count++] = (struct number){"seconds", &night->seconds};
    out[count++] = (struct number){"queries", &night->queries};
    return count;
}

static void write_head(struct outfile *out)
{
    struct number numbers[NUMBERS_MAX];
    struct night night;
    unsigned count = list_numbers(numbers, &night);

    outfile_text(out, "night,status");
    for (unsigned i = 0; i < count; i++)
        outfile_printf(out, ",%s", numbers[i].name);
    outfile_text(out, "\r\n");
}

static void write_row(struct outfile *out, const struct night *of)
{
    struct number numbers[NUMBERS_MAX];
    struct night night = *of;
    unsigned count = list_numbers(numbers, &night);

    outfile_printf(out, "%s,%u", night.name.text, night.status);
    for (unsigned i = 0; i < count; i++) {
        outfile_char(out, ',');
        outfile_number(out, *numbers[i].at);
    }
    outfile_text(out, "\r\n");
}

/* ---- reading ---- */

static bool parse_number(uint64_t *out, const char *text, size_t length)
{
    *out = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        *out = *out * 10 + (uint64_t)(text[i] - '0');
    }
    return length > 0 && length <= DIGITS_MAX;
}

/* Takes the cell at *at, up to a comma or the end of the line. */
static bool next_cell(const char **at, const char *end, const char **cell, size_t *length)
{
    if (*at > end)
        return false;
    *cell = *at;
    const char *comma = memchr(*at, ',', (size_t)(end - *at));
    *length = (size_t)((comma ? comma : end) - *at);
    *at = comma ? comma + 1 : end + 1;
    return true;
}

/* Columns after those known here belong to a later version. */
static bool parse_row(struct night *night, const char *line, const char *end)
{
    struct number numbers[NUMBERS_MAX];
    unsigned count = list_numbers(numbers, night);
    const char *cell;
    uint64_t status;
    size_t length;

    *night = (struct night){.status = 0};
    if (!next_cell(&line, end, &cell, &length) || length != NIGHT_NAME_MAX - 1)
        return false;
    memcpy(night->name.text, cell, length);
    if (!nights_is_name(night->name.text) || !next_cell(&line, end, &cell, &length) ||
        !parse_number(&status, cell, length) || status > UINT8_MAX)
        return false;
    night->status = (unsigned)status;
    for (unsigned i = 0; i < count; i++) {
        if (!next_cell(&line, end, &cell, &length) || !parse_number(numbers[i].at, cell, length))
            return false;
    }
    return true;
}

static bool keep(struct history *history, const struct night *night, struct failure *failure)
{
    if (history->count % NIGHTS_STEP == 0) {
        struct night *grown =
            realloc(history->nights, (history->count + NIGHTS_STEP) * sizeof(*grown));

        if (!grown)
            return failure_out_of_memory(failure);
        history->nights = grown;
    }
    history->nights[history->count++] = *night;
    return true;
}

static bool parse(struct history *history, struct failure *failure)
{
    const char *at = history->text, *end = at + history->length;
    struct night night;

    while (at < end) {
        const char *lf = memchr(at, '\n', (size_t)(end - at));
        const char *stop = lf ? lf : end;
        const char *last = stop > at && stop[-1] == '\r' ? stop - 1 : stop;

        if (parse_row(&night, at, last) && !keep(history, &night, failure))
            return false;
        at = lf ? lf + 1 : end;
    }
    return true;
}

static bool read_text(struct history *history, int fd, const char *path, struct failure *failure)
{
    struct stat about;

    if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode))
        return failure_set(failure, EXIT_TROUBLE, "%s/%s is not a regular file", path, FILE_NAME);
    if (about.st_size > HISTORY_FILE_MAX)
        return failure_set(failure, EXIT_TROUBLE, "%s/%s has more than %d octets", path, FILE_NAME,
                           HISTORY_FILE_MAX);
    history->text = malloc((size_t)about.st_size + 1);
    if (!history->text)
        return failure_out_of_memory(failure);
    while (history->length < (size_t)about.st_size) {
        ssize_t n =
            read(fd, history->text + history->length, (size_t)about.st_size - history->length);
        if (n < 0 && errno != EINTR)
            return failure_set(failure, EXIT_TROUBLE, "cannot read %s/%s: %s", path, FILE_NAME,
                               strerror(errno));
        if (n == 0)
            break;
        history->length += n > 0 ? (size_t)n : 0;
    }
    return true;
}

static bool check_head(const struct history *history, const char *path, struct failure *failure)
{
    static const char HEAD[] = "night,status,addresses,";

    return history->length == 0 ||
           (history->length > sizeof(HEAD) - 1 &&
            memcmp(history->text, HEAD, sizeof(HEAD) - 1) == 0) ||
           failure_set(failure, EXIT_TROUBLE, "%s/%s is not a history of nights: move it away",
                       path, FILE_NAME);
}

bool history_open(struct history *history, const struct folder *folder, struct failure *failure)
{
    int fd = openat(folder->fd, FILE_NAME, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

    *history = (struct history){0};
    if (fd < 0 && errno == ENOENT)
        return true;
    if (fd < 0)
        return failure_set(failure, EXIT_TROUBLE, "cannot read %s/%s: %s", folder->path, FILE_NAME,
                           strerror(errno));
    bool good = read_text(history, fd, folder->path, failure) &&
                check_head(history, folder->path, failure) && parse(history, failure);
    close(fd);
    return good;
}

void history_free(struct history *history)
{
    free(history->text);
    free(history->nights);
    *history = (struct history){0};
}

bool history_add(struct history *history, const struct folder *folder, const struct night *night,
                 struct failure *failure)
{
    struct outfile *out = outfile_open(folder, FILE_NAME, failure);

    if (!out)
        return false;
    if (history->length > 0)
        outfile_write(out, history->text, history->length);
    else
        write_head(out);
    /* Somebody's editor may have left the last line without its end. */
    if (history->length > 0 && history->text[history->length - 1] != '\n')
        outfile_text(out, "\r\n");
    write_row(out, night);
    return outfile_commit(out, failure) && keep(history, night, failure);
}

const struct night *history_find(const struct history *history, const char *name)
{
    for (unsigned i = history->count; i > 0; i--) {
        if (strcmp(history->nights[i - 1].name.text, name) == 0)
            return &history->nights[i - 1];
    }
    return NULL;
}
