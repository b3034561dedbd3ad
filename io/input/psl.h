/*
 * The public suffix list, through libpsl: where the registrable domain of a name begins. Only the
 * ICANN part of the list counts. Its private part names services whose customers share a domain
 * (compute.amazonaws.com), and there the operator's names for his customers' hosts would be taken
 * for domains of the customers.
 *
 * Ownership: suffix_list_close frees. Threads: an open list is only read, and may be shared.
 * Errors: *why is static text.
 */
#ifndef IO_INPUT_PSL_H
#define IO_INPUT_PSL_H

struct dnsname;
struct suffix_list;

enum {
    SUFFIX_LABELS_MAX =
        6, /* longer suffixes are not looked for; the longest of the list has four labels */
    SUFFIX_DATE_MAX = 11, /* "2023-02-09" and its NUL */
};

/* A list in a file (text or DAFSA), or with NULL the newer of the system's list and the one inside
 * libpsl. NULL with *why if there is none: "the public suffix list FILE " and then *why make a
 * sentence. */
struct suffix_list *suffix_list_open(const char *file, const char **why)
    __attribute__((warn_unused_result));
/* The file that suffix_list_open(file) reads; NULL: none, there is but the list inside libpsl. */
const char *suffix_list_file(const char *file);
/* Where the list came from: a path, or "libpsl". */
const char *suffix_list_source(const struct suffix_list *list);
/* The date of the list, and what it is the date of: of the VERSION line that newer lists have, else
 * of the file (for one that a distribution packs, that is most often the list's own), or of the
 * file libpsl was built with. */
const char *suffix_list_date(const struct suffix_list *list);
const char *suffix_list_date_of(const struct suffix_list *list); /* "VERSION line" */
/* How many labels the registrable domain of the name has; 0 if it has none, as a public suffix
 * itself. */
unsigned suffix_list_registrable_labels(const struct suffix_list *list, const struct dnsname *name);
void suffix_list_close(struct suffix_list *list);

#endif
