#include "io/input/columns.h"

#include <stdio.h>
#include <string.h>

#include "audit/cell_text.h"
#include "io/input/column_data.h"
#include "io/input/item_cell.h"

enum { NAMES_LISTED_MAX = 300 }; /* bytes of a header that a message shows */

/* ---- what the command line asks for ---- */

enum wish {
    WISH_NONE,
    WISH_NUMBER,
    WISH_NAME,
    WISH_NO_COLUMN,
};

struct wished {
    enum wish kind;
    unsigned column; /* from 0; for a name, where the first row has it */
};

/* Lists the cells of the header, as many as fit into a message. */
static void list_names(char out[NAMES_LISTED_MAX], const struct row *row)
{
    size_t n = 0;

    out[0] = '\0';
    for (unsigned i = 0; i < row->count && n + 1 < NAMES_LISTED_MAX; i++) {
        int length = snprintf(out + n, NAMES_LISTED_MAX - n, "%s\"%.*s\"", i ? ", " : "",
                              (int)row->cells[i].length, row->cells[i].text);

        n += length > 0 ? (size_t)length : 0;
    }
    if (n >= NAMES_LISTED_MAX)
        memcpy(out + NAMES_LISTED_MAX - 4, "...", 4);
}

static bool wish_name(struct wished *out, const char *wish, const struct row *first,
                      const char *input, struct failure *failure)
{
    char listed[NAMES_LISTED_MAX];

    *out = (struct wished){WISH_NAME, column_name_find(wish, first)};
    if (out->column != COLUMN_NONE)
        return true;
    list_names(listed, first);
    return failure_set(failure, EXIT_TROUBLE, "\"%s\" has no column \"%s\"; its columns are %s",
                       input, wish, listed);
}

static bool read_wish(struct wished *out, const char *wish, const struct row *first,
                      const char *input, struct failure *failure)
{
    unsigned number = 0;

    *out = (struct wished){WISH_NONE, COLUMN_NONE};
    if (!wish)
        return true;
    size_t digits = strspn(wish, "0123456789");
    if (digits == 0 || wish[digits] != '\0')
        return wish_name(out, wish, first, input, failure);
    for (size_t i = 0; i < digits && number <= COLUMNS_MAX; i++)
        number = number * 10 + (unsigned)(wish[i] - '0');
    if (number < 1 || number > COLUMNS_MAX)
        return failure_set(failure, EXIT_TROUBLE, "column \"%s\": columns count from 1 to %d", wish,
                           COLUMNS_MAX);
    *out = (struct wished){WISH_NUMBER, number - 1};
    return true;
}

static bool read_host_wish(struct wished *out, const char *wish, const struct row *first,
                           const char *input, struct failure *failure)
{
    if (!wish || strcmp(wish, "none") != 0)
        return read_wish(out, wish, first, input, failure);
    *out = (struct wished){WISH_NO_COLUMN, COLUMN_NONE};
    return true;
}

/* ---- the decision ---- */

struct decision {
    const struct row *first; /* the first row without a fault */
    const struct row *rows;
    unsigned count;
    struct wished ip, host;
    struct input_data data; /* of the rows of data */
    struct columns *out;
};

/* A column that holds neither names nor masks. */
static unsigned find_word(const struct decision *decision, const struct column_words *words)
{
    const unsigned excluded[] = {decision->host.column, decision->out->mask};

    return column_words_find(words, decision->first, excluded, 2);
}

typedef bool fits_fn(const struct column_data *column);

/* The column of the best word whose data fits. */
static unsigned find_fitting_word(const struct decision *decision, const struct column_words *words,
                                  const unsigned *excluded, unsigned excluded_count, fits_fn *fits)
{
    for (unsigned i = 0; i < words->count; i++) {
        struct column_words word = {&words->words[i], 1};
        unsigned column = column_words_find(&word, decision->first, excluded, excluded_count);

        if (column != COLUMN_NONE && fits(&decision->data.columns[column]))
            return column;
    }
    return COLUMN_NONE;
}

static bool knows_word(const struct row *first)
{
    const struct column_words *const lists[] = {
        &COLUMN_IP_STRONG,    &COLUMN_IP_WEAK,     &COLUMN_IP6,
        &COLUMN_FIRST_STRONG, &COLUMN_LAST_STRONG, &COLUMN_MASK_STRONG,
        &COLUMN_HOST_STRONG,  &COLUMN_HOST_WEAK,   &COLUMN_DOMAIN};

    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        if (column_words_find(lists[i], first, NULL, 0) != COLUMN_NONE)
            return true;
    }
    return false;
}

static bool knows_ip_word(const struct row *first)
{
    return column_words_find(&COLUMN_IP_STRONG, first, NULL, 0) != COLUMN_NONE ||
           column_words_find(&COLUMN_IP6, first, NULL, 0) != COLUMN_NONE ||
           column_words_find(&COLUMN_IP_WEAK, first, NULL, 0) != COLUMN_NONE;
}

static bool holds_item(const struct row *row)
{
    struct target_reason why;

    for (unsigned i = 0; i < row->count; i++) {
        if (item_cell_count(&row->cells[i], &why) > 0)
            return true;
    }
    return false;
}

/* Is the first row made of words? A row of empty cells is not. */
static bool holds_only_words(const struct row *row)
{
    bool words = false;

    for (unsigned i = 0; i < row->count; i++) {
        const struct cell *cell = &row->cells[i];

        if (cell_looks_like_data(cell))
            return false;
        words = words || !cell_text_is_no_value(cell->text, cell->length);
    }
    return words;
}

/* A cell like "1st" may be in a header, but one like 198.51.100.300 is a typo in a row of data. */
static enum header_kind judge_header(const struct row *first, unsigned item_column)
{
    if (column_begins_header(&first->cells[0]))
        return HEADER_KNOWN;
    if (holds_item(first))
        return HEADER_NONE;
    if (item_column >= first->count)
        return knows_word(first) ? HEADER_KNOWN : HEADER_NONE;
    const struct cell *item = &first->cells[item_column];
    if (target_looks_like_item(item->text, item->length))
        return knows_ip_word(first) && !cell_looks_like_data(item) ? HEADER_KNOWN : HEADER_NONE;
    if (knows_word(first))
        return HEADER_KNOWN;
    return holds_only_words(first) ? HEADER_GUESSED : HEADER_NONE;
}

/* The column with the most items, best of them those that the Internet reaches; the first one if
 * several have as many. */
static unsigned column_of_items(const struct input_data *data, unsigned excluded)
{
    unsigned best = COLUMN_NONE, most = 0, most_outside = 0;

    for (unsigned i = 0; i < data->count; i++) {
        unsigned items = data->columns[i].items, outside = items - data->columns[i].inside;

        if (i == excluded || outside < most_outside || (outside == most_outside && items <= most))
            continue;
        most = items;
        most_outside = outside;
        best = i;
    }
    return best;
}

static void decide_header(struct decision *decision)
{
    unsigned item_column = decision->ip.column;
    unsigned at = (unsigned)(decision->first - decision->rows);

    input_data_count(&decision->data, decision->rows, decision->count, at + 1);
    if (item_column == COLUMN_NONE)
        item_column = column_of_items(&decision->data, decision->host.column);
    if (item_column == COLUMN_NONE)
        item_column = decision->host.column == 0 ? 1 : 0;
    decision->out->header = decision->ip.kind == WISH_NAME || decision->host.kind == WISH_NAME
                                ? HEADER_KNOWN
                                : judge_header(decision->first, item_column);
    if (decision->out->header == HEADER_NONE)
        input_data_count(&decision->data, decision->rows, decision->count, at);
}

/* ---- addresses ---- */

/* A pair of words for the first and the last address of a range. */
static bool find_range_words(struct decision *decision)
{
    struct columns *out = decision->out;

    out->ip = find_word(decision, &COLUMN_FIRST_STRONG);
    out->last = find_word(decision, &COLUMN_LAST_STRONG);
    if (out->ip != COLUMN_NONE && out->last != COLUMN_NONE)
        return true;
    out->ip = find_word(decision, &COLUMN_FIRST_WEAK);
    out->last = find_word(decision, &COLUMN_LAST_WEAK);
    if (out->ip != COLUMN_NONE && out->last != COLUMN_NONE &&
        columns_hold_ranges(decision->first + 1,
                            decision->count - (unsigned)(decision->first + 1 - decision->rows),
                            out->ip, out->last))
        return true;
    out->ip = out->last = COLUMN_NONE;
    return false;
}

static bool find_ip_words(struct decision *decision)
{
    struct columns *out = decision->out;
    const unsigned excluded[] = {decision->host.column, out->mask};

    out->ip = find_word(decision, &COLUMN_IP_STRONG);
    out->ip6 = find_word(decision, &COLUMN_IP6);
    if (out->ip == COLUMN_NONE) {
        out->ip = out->ip6;
        out->ip6 = COLUMN_NONE;
    }
    if (out->ip != COLUMN_NONE || find_range_words(decision))
        return true;
    out->ip = find_fitting_word(decision, &COLUMN_IP_WEAK, excluded, 2, column_holds_items);
    return out->ip != COLUMN_NONE;
}

static const struct row *rows_of_data(const struct decision *decision, unsigned *count)
{
    const struct row *from = decision->first + (decision->out->header == HEADER_NONE ? 0 : 1);

    *count = decision->count - (unsigned)(from - decision->rows);
    return from;
}

/* Two columns of addresses, without words for them, are ranges if all rows agree. */
static void find_range_data(struct decision *decision)
{
    struct columns *out = decision->out;
    unsigned last = column_of_items(&decision->data, out->ip);
    unsigned count;
    const struct row *rows = rows_of_data(decision, &count);

    if (last == COLUMN_NONE || last == decision->host.column || last < out->ip ||
        !columns_hold_ranges(rows, count, out->ip, last))
        return;
    for (unsigned i = 0; i < decision->data.count; i++) {
        if (i != out->ip && i != last && decision->data.columns[i].items > 0)
            return;
    }
    out->last = last;
}

/* Where neither words nor data decide: the column of the weak word, or the first one. */
static unsigned last_resort(const struct decision *decision)
{
    unsigned weak =
        decision->out->header == HEADER_KNOWN ? find_word(decision, &COLUMN_IP_WEAK) : COLUMN_NONE;

    return weak != COLUMN_NONE ? weak : decision->host.column == 0 ? 1 : 0;
}

/* Weak words name prefixes as a whole if they hold anything but lengths. */
static void decide_mask(struct decision *decision)
{
    struct columns *out = decision->out;
    const unsigned excluded[] = {decision->ip.column, decision->host.column};

    out->mask = COLUMN_NONE;
    if (out->header != HEADER_KNOWN)
        return;
    out->mask =
        find_fitting_word(decision, &COLUMN_MASK_STRONG, excluded, 2, column_may_hold_masks);
    if (out->mask == COLUMN_NONE)
        out->mask = find_fitting_word(decision, &COLUMN_MASK_WEAK, excluded, 2, column_holds_masks);
}

/* Ranges have none, and where no other column holds addresses it is refused as one. */
static void settle_mask(struct decision *decision)
{
    struct columns *out = decision->out;
    unsigned count;
    const struct row *rows = rows_of_data(decision, &count);

    if (out->last != COLUMN_NONE || out->mask == out->ip)
        out->mask = COLUMN_NONE;
    out->mask_line = 0;
    if (out->last == COLUMN_NONE && out->mask == COLUMN_NONE && out->host != out->ip + 1 &&
        out->ip6 != out->ip + 1)
        out->mask_line = columns_mask_line(rows, count, out->ip);
}

static void decide_ip(struct decision *decision)
{
    struct columns *out = decision->out;

    out->ip = out->last = out->ip6 = COLUMN_NONE;
    if (decision->ip.kind != WISH_NONE)
        out->ip = decision->ip.column;
    else if (out->header != HEADER_KNOWN || !find_ip_words(decision)) {
        out->ip = column_of_items(&decision->data, decision->host.column);
        if (out->ip == COLUMN_NONE)
            out->ip = last_resort(decision);
        else
            find_range_data(decision);
    }
}

/* ---- expected names ---- */

/* Without expected names and words for them: the columns in which one would look for them. */
static void find_labels(struct decision *decision)
{
    struct columns *out = decision->out;
    unsigned after = (out->last != COLUMN_NONE ? out->last : out->ip) + 1;
    const unsigned tried[] = {after, out->ip == 0 ? COLUMN_NONE : out->ip - 1};
    unsigned count;
    const struct row *rows = rows_of_data(decision, &count);

    out->label_line = 0;
    if (out->header == HEADER_KNOWN || decision->host.kind != WISH_NONE ||
        (out->host != COLUMN_NONE && !out->host_is_new))
        return;
    for (unsigned i = 0; i < 2 && out->label_line == 0; i++) {
        out->label = tried[i];
        if (out->label < COLUMNS_MAX)
            out->label_line = columns_label_line(rows, count, out->label);
    }
}

static bool is_address_column(const struct columns *columns, unsigned column)
{
    return column == columns->ip || column == columns->last || column == columns->ip6;
}

static bool is_dmarc_report(const struct row *header)
{
    return column_words_find(&COLUMN_DMARC, header, NULL, 0) != COLUMN_NONE;
}

static void decide_host_by_words(struct decision *decision)
{
    struct columns *out = decision->out;
    const unsigned addresses[] = {out->ip, out->last, out->ip6};
    bool domains = !is_dmarc_report(decision->first);

    out->host = column_words_find(&COLUMN_HOST_STRONG, decision->first, addresses, 3);
    if (out->host == COLUMN_NONE)
        out->host =
            find_fitting_word(decision, &COLUMN_HOST_WEAK, addresses, 3, column_holds_names);
    if (out->host == COLUMN_NONE && domains)
        out->host = find_fitting_word(decision, &COLUMN_DOMAIN, addresses, 3, column_holds_hosts);
    if (out->host != COLUMN_NONE)
        return;
    out->unfit = column_words_find(&COLUMN_HOST_WEAK, decision->first, addresses, 3);
    if (out->unfit == COLUMN_NONE)
        out->unfit = column_words_find(&COLUMN_DOMAIN, decision->first, addresses, 3);
}

/* Without words: the column after the addresses, or the one before them. An empty column after them
 * may yet hold names. */
static void decide_host_by_data(struct decision *decision)
{
    struct columns *out = decision->out;
    unsigned after = (out->last != COLUMN_NONE ? out->last : out->ip) + 1;
    const struct column_data *data = decision->data.columns;

    if (after < COLUMNS_MAX && (column_holds_names(&data[after]) || data[after].values == 0)) {
        out->host = after;
        out->host_is_new = !data[after].is_present;
    }
    if (out->ip > 0 && column_holds_names(&data[out->ip - 1]) &&
        (out->host == COLUMN_NONE || data[after].values == 0)) {
        out->host = out->ip - 1;
        out->host_is_new = false;
    }
}

static void decide_host(struct decision *decision)
{
    struct columns *out = decision->out;

    out->host = out->unfit = COLUMN_NONE;
    out->host_is_new = false;
    if (decision->host.kind != WISH_NONE)
        out->host = decision->host.column;
    else if (out->header == HEADER_KNOWN)
        decide_host_by_words(decision);
    else
        decide_host_by_data(decision);
}

/* Other columns of addresses are worth a word: one of them may be the right one. */
static void find_not_read(struct decision *decision)
{
    struct columns *out = decision->out;

    out->not_read = COLUMN_NONE;
    out->not_read_count = 0;
    for (unsigned i = decision->data.count; i-- > 0;) {
        if (is_address_column(out, i) || i == out->host ||
            !column_holds_items(&decision->data.columns[i]))
            continue;
        out->not_read = i;
        out->not_read_count++;
    }
}

/* So are host names where none is expected. */
static void find_names_not_read(struct decision *decision)
{
    struct columns *out = decision->out;
    bool wanted = decision->host.kind == WISH_NONE && !is_dmarc_report(decision->first) &&
                  (out->host == COLUMN_NONE || out->host_is_new);

    out->names_not_read = COLUMN_NONE;
    for (unsigned i = decision->data.count; wanted && i-- > 0;) {
        if (!is_address_column(out, i) && column_holds_hosts(&decision->data.columns[i]))
            out->names_not_read = i;
    }
}

const struct row *columns_first_row(const struct row *rows, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (!rows[i].fault)
            return &rows[i];
    }
    return NULL;
}

/* A number that the command line gives for the host names. Short rows are usual, so without a
 * header a later row may have the column. */
static bool check_host(struct decision *decision, const char *input, struct failure *failure)
{
    struct columns *out = decision->out;
    char listed[NAMES_LISTED_MAX];

    out->host_is_missing = decision->host.kind == WISH_NUMBER &&
                           !decision->data.columns[out->host].is_present &&
                           out->host >= decision->first->count;
    if (!out->host_is_missing || out->header == HEADER_NONE)
        return true;
    list_names(listed, decision->first);
    return failure_set(failure, EXIT_TROUBLE, "\"%s\" has no column %u; its columns are %s", input,
                       out->host + 1, listed);
}

bool columns_decide(struct columns *out, const struct row *rows, unsigned count,
                    const struct column_choice *choice, const char *input, struct failure *failure)
{
    struct decision decision = {
        .first = columns_first_row(rows, count), .rows = rows, .count = count, .out = out};

    if (!read_wish(&decision.ip, choice->ip, decision.first, input, failure) ||
        !read_host_wish(&decision.host, choice->host, decision.first, input, failure))
        return false;
    decide_header(&decision);
    decide_mask(&decision);
    decide_ip(&decision);
    decide_host(&decision);
    settle_mask(&decision);
    find_labels(&decision);
    find_not_read(&decision);
    find_names_not_read(&decision);
    return check_host(&decision, input, failure);
}
