/*
 * The public suffix list, through libpsl: where the registrable domain of a name begins. Only the
 * ICANN part of the list counts. Its private part lists services whose customers share a domain
 * (compute.amazonaws.com); there each host name that the operator generates would count as a domain
 * of a customer.
 *
 * Ownership: suffix_list_open / suffix_list_close. Threads: an open list is read-only and may be
 * shared. Errors: *why is static text.
 */
#ifndef IO_INPUT_SUFFIX_LIST_H
#define IO_INPUT_SUFFIX_LIST_H

struct dnsname;
struct suffix_list;

enum {
    SUFFIX_LABELS_MAX = 6, /* the longest suffix of the list has four labels */
    SUFFIX_DATE_MAX = 11,  /* "2023-02-09" and its NUL */
};

/* Opens the list in a file (text or DAFSA); with file NULL the newer of the system's list and the
 * one inside libpsl. NULL with *why on failure: "the public suffix list FILE *why" is a sentence.
 */
struct suffix_list *suffix_list_open(const char *file, const char **why)
    __attribute__((warn_unused_result));
/* The file that suffix_list_open(file) reads; NULL: only the list inside libpsl. */
const char *suffix_list_file(const char *file);
/* Where the list came from: a path, or "libpsl". */
const char *suffix_list_source(const struct suffix_list *list);
/* The date of the list, YYYY-MM-DD, and what has that date: the "VERSION line" of newer lists, else
 * the "file" (a distribution's package keeps the date of the list), or the "file libpsl was built
 * with". */
const char *suffix_list_date(const struct suffix_list *list);
const char *suffix_list_date_of(const struct suffix_list *list);
/* The number of labels of the name's registrable domain; 0 if the name is itself a public suffix.
 */
unsigned suffix_list_registrable_labels(const struct suffix_list *list, const struct dnsname *name);
void suffix_list_close(struct suffix_list *list);

#endif
