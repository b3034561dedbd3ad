#include "io/input/suffix_list.h"

#include <errno.h>
#include <libpsl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "audit/ascii.h"
#include "audit/dnsname.h"

enum { VERSION_WITHIN = 40 /* lines */, VERSION_LINE_MAX = 256 };

struct suffix_list {
    psl_ctx_t *own; /* NULL if rules is the list inside libpsl, which is not ours to free */
    const psl_ctx_t *rules;
    char *source;
    char date[SUFFIX_DATE_MAX];
    const char *date_of;
};

static const char not_a_list[] = "is not a public suffix list: com is missing in its ICANN part";

static void set_date(struct suffix_list *list, time_t when, const char *date_of)
{
    struct tm utc;

    list->date_of = date_of;
    if (!gmtime_r(&when, &utc) || strftime(list->date, sizeof(list->date), "%Y-%m-%d", &utc) == 0)
        memcpy(list->date, "unknown", sizeof("unknown"));
}

/* Copies the day of a line like "// VERSION: 2024-03-07_12-00-00_UTC". */
static bool version_day(char out[SUFFIX_DATE_MAX], const char *line)
{
    static const char BEGIN[] = "// VERSION: ";

    if (strncmp(line, BEGIN, sizeof(BEGIN) - 1) != 0)
        return false;
    line += sizeof(BEGIN) - 1;
    if (!ascii_has_form(line, strnlen(line, SUFFIX_DATE_MAX - 1), "dddd-dd-dd"))
        return false;
    memcpy(out, line, SUFFIX_DATE_MAX - 1);
    out[SUFFIX_DATE_MAX - 1] = '\0';
    return true;
}

/* Takes the date from the VERSION line, if the first lines hold one; rewinds the file. */
static void date_by_version(struct suffix_list *list, FILE *file)
{
    char line[VERSION_LINE_MAX];

    for (unsigned i = 0; i < VERSION_WITHIN && fgets(line, sizeof(line), file); i++) {
        if (version_day(list->date, line)) {
            list->date_of = "VERSION line";
            break;
        }
    }
    rewind(file);
}

static const char *reason(int error)
{
    switch (error) {
    case ENOENT:
        return "does not exist";
    case EACCES:
        return "may not be read";
    default:
        return "cannot be read";
    }
}

/* NULL on success, else the reason. */
static const char *use_file(struct suffix_list *list, const char *path)
{
    struct stat about;
    FILE *file = fopen(path, "r");

    if (!file)
        return reason(errno);
    if (fstat(fileno(file), &about) == 0 && S_ISREG(about.st_mode)) {
        set_date(list, about.st_mtime, "file");
        date_by_version(list, file);
        list->own = psl_load_fp(file);
    }
    fclose(file);
    if (!list->own)
        return not_a_list;
    list->rules = list->own;
    return NULL;
}

static const char *use_newest(struct suffix_list *list)
{
    /* psl_latest() chooses in the same way but does not report which list it took. */
    const char *file = psl_dist_filename();
    struct stat about;

    list->rules = psl_builtin();
    if (file && stat(file, &about) == 0 &&
        (!list->rules || about.st_mtime > psl_builtin_file_time()) && !use_file(list, file))
        return NULL;
    list->rules = psl_builtin();
    if (!list->rules)
        return "is not there: install the package publicsuffix, or name a file with --psl";
    set_date(list, psl_builtin_file_time(), "file libpsl was built with");
    return NULL;
}

/* Every list holds com. With a list that does not, or whose parts are not marked, every name would
 * be a registrable domain. */
static bool has_icann_part(const psl_ctx_t *rules)
{
    return psl_is_public_suffix2(rules, "com", PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE);
}

const char *suffix_list_file(const char *file)
{
    return file ? file : psl_dist_filename();
}

struct suffix_list *suffix_list_open(const char *file, const char **why)
{
    struct suffix_list *list = calloc(1, sizeof(*list));

    *why = "cannot be held: out of memory";
    if (!list)
        return NULL;
    *why = file ? use_file(list, file) : use_newest(list);
    if (!*why && !has_icann_part(list->rules))
        *why = not_a_list;
    if (!*why) {
        list->source = strdup(file ? file : list->own ? psl_dist_filename() : "libpsl");
        *why = list->source ? NULL : "cannot be held: out of memory";
    }
    if (*why) {
        suffix_list_close(list);
        return NULL;
    }
    return list;
}

const char *suffix_list_source(const struct suffix_list *list)
{
    return list->source;
}

const char *suffix_list_date(const struct suffix_list *list)
{
    return list->date;
}

const char *suffix_list_date_of(const struct suffix_list *list)
{
    return list->date_of;
}

/* Lower-case text for libpsl, with the offsets of the wire form: each length octet becomes the dot
 * before its label, the root label the NUL. Octets that would end or split the text become question
 * marks. */
static void text_for_psl(char text[DNSNAME_MAX], const struct dnsname *name)
{
    struct dnsname lowered;

    dnsname_copy(&lowered, name);
    dnsname_lower(&lowered);
    for (const uint8_t *label = lowered.wire; *label != 0; label += 1 + *label) {
        *text++ = '.';
        for (unsigned i = 1; i <= *label; i++)
            *text++ = label[i] > ' ' && label[i] < 0x7f && label[i] != '.' ? (char)label[i] : '?';
    }
    *text = '\0';
}

unsigned suffix_list_registrable_labels(const struct suffix_list *list, const struct dnsname *name)
{
    char text[DNSNAME_MAX];
    size_t at = 0;

    text_for_psl(text, name);
    for (unsigned labels = dnsname_labels(name); labels > 0; labels--) {
        if (labels <= SUFFIX_LABELS_MAX &&
            psl_is_public_suffix2(list->rules, text + at + 1, PSL_TYPE_ICANN))
            return at == 0 ? 0 : labels + 1;
        at += 1 + (size_t)name->wire[at];
    }
    return 0;
}

void suffix_list_close(struct suffix_list *list)
{
    if (!list)
        return;
    psl_free(list->own);
    free(list->source);
    free(list);
}
