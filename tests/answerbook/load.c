/* Master-file text to records: the only door to libldns. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ldns/ldns.h>

#include "tests/answerbook/book.h"

static bool key_from_dname(struct key *out, const ldns_rdf *name)
{
    return key_read(out, ldns_rdf_data(name), ldns_rdf_size(name)) == ldns_rdf_size(name);
}

bool text_to_key(struct key *out, const char *text)
{
    ldns_rdf *name = ldns_dname_new_frm_str(text);
    bool done = name && key_from_dname(out, name);
    ldns_rdf_deep_free(name);
    return done;
}

bool text_to_type(uint16_t *out, const char *text)
{
    *out = (uint16_t)ldns_get_rr_type_by_name(text);
    return *out != 0;
}

static bool complain(char error[ANSWERBOOK_ERROR_MAX], const char *path, int line, const char *what)
{
    snprintf(error, ANSWERBOOK_ERROR_MAX, "%s:%d: %s", path, line, what);
    return false;
}

static bool load_directives(struct answerbook *book, FILE *file, const char *path, char *error)
{
    bool done = true;
    char *line = NULL;
    size_t size = 0;
    for (int number = 1; done && getline(&line, &size, file) >= 0; number++) {
        const char *why = NULL;
        if (strncmp(line, ";!", 2) == 0 && !directive_add(book, line + 2, &why)) {
            done = complain(error, path, number, why);
        }
    }
    free(line);
    return done;
}

/* Type, class, TTL, length and RDATA as they go out. 0 if it does not fit. */
static size_t encode(uint8_t *out, size_t cap, const ldns_rr *rr)
{
    size_t at = RECORD_FIXED;
    put16(out, (uint16_t)ldns_rr_get_type(rr));
    put16(out + 2, (uint16_t)ldns_rr_get_class(rr));
    put32(out + 4, ldns_rr_ttl(rr));
    for (size_t i = 0; i < ldns_rr_rd_count(rr); i++) {
        const ldns_rdf *field = ldns_rr_rdf(rr, i);
        size_t size = ldns_rdf_size(field);
        if (size > cap - at) {
            return 0;
        }
        memcpy(out + at, ldns_rdf_data(field), size);
        at += size;
    }
    put16(out + 8, (uint16_t)(at - RECORD_FIXED));
    return at;
}

/* NULL, or what is wrong with the record. */
static const char *add_rr(struct answerbook *book, const ldns_rr *rr)
{
    uint8_t record[RECORD_FIXED + LDNS_MAX_LINELEN];
    struct key owner;
    size_t length = encode(record, sizeof record, rr);
    if (!key_from_dname(&owner, ldns_rr_owner(rr)) || length == 0) {
        return "the record does not fit";
    }
    if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_SOA) {
        const struct node *node = book_find(book, &owner, 0);
        if (node && node_rrset(node, TYPE_SOA)) {
            return "this zone has a SOA already";
        }
    } else if (book_zone(book, &owner) < 0) {
        return "the record lies in no zone: a SOA must come before it";
    }
    return book_add_record(book, &owner, record, length) ? NULL : "out of memory";
}

static bool load_records(struct answerbook *book, FILE *file, const char *path, char *error)
{
    bool done = true;
    uint32_t ttl = 3600;
    ldns_rdf *origin = ldns_dname_new_frm_str(".");
    ldns_rdf *previous = NULL;
    int line = 1;
    while (done && !feof(file)) {
        ldns_rr *rr = NULL;
        int begun = line;
        ldns_status status = ldns_rr_new_frm_fp_l(&rr, file, &ttl, &origin, &previous, &line);
        if (status == LDNS_STATUS_OK) {
            const char *why = add_rr(book, rr);
            done = why == NULL || complain(error, path, begun, why);
        } else if (status != LDNS_STATUS_SYNTAX_EMPTY && status != LDNS_STATUS_SYNTAX_TTL &&
                   status != LDNS_STATUS_SYNTAX_ORIGIN) {
            done = complain(error, path, begun, ldns_get_errorstr_by_id(status));
        }
        ldns_rr_free(rr);
    }
    ldns_rdf_deep_free(origin);
    ldns_rdf_deep_free(previous);
    return done;
}

bool answerbook_load(struct answerbook *book, const char *path, char error[ANSWERBOOK_ERROR_MAX])
{
    FILE *file = fopen(path, "r");
    if (!file) {
        snprintf(error, ANSWERBOOK_ERROR_MAX, "%s: %s", path, strerror(errno));
        return false;
    }
    bool done = load_directives(book, file, path, error);
    rewind(file);
    done = done && load_records(book, file, path, error);
    fclose(file);
    return done;
}
