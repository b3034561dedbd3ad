/*
 * audit.jsonl (--jsonl): one object per address, in input order, with the columns of audit.csv as
 * keys. docs/audit.jsonl.schema.json describes it.
 */
#include <stdlib.h>
#include <string.h>

#include "io/system/printable.h"
#include "reports/report_format.h"
#include "reports/rows/row_columns.h"

enum { SOURCE_TEXT_MAX = 16 * 1024 };

struct audit_jsonl {
    struct outfile *out;
    struct row_columns *columns;
    const char *source; /* of source_text: rows of one input follow each other */
    size_t source_length;
    char source_text[SOURCE_TEXT_MAX];
    struct json_line line;
};

static void end(void *writer)
{
    struct audit_jsonl *jsonl = writer;

    row_columns_free(jsonl->columns);
    free(jsonl);
}

static void *begin(const struct report_plan *plan, struct outfile *out, struct failure *failure)
{
    struct audit_jsonl *jsonl = calloc(1, sizeof(*jsonl));

    if (!jsonl) {
        failure_out_of_memory(failure);
        return NULL;
    }
    jsonl->out = out;
    jsonl->columns = row_columns_new(plan, failure);
    if (!jsonl->columns) {
        end(jsonl);
        return NULL;
    }
    return jsonl;
}

/* File names may contain any octets; JSON is UTF-8 (RFC 8259 8.1). */
static void put_source(struct audit_jsonl *jsonl, const char *source)
{
    if (source != jsonl->source) {
        jsonl->source = source;
        jsonl->source_length =
            printable_text(jsonl->source_text, SOURCE_TEXT_MAX, source, strlen(source));
    }
    json_key(&jsonl->line, "source", JSON_TEXT);
    json_value(&jsonl->line, jsonl->source_text, jsonl->source_length);
    json_key_end(&jsonl->line);
}

static void put_row(void *writer, const struct report_row *row)
{
    struct audit_jsonl *jsonl = writer;

    json_line_begin(&jsonl->line);
    put_source(jsonl, row->source);
    row_columns_json(jsonl->columns, &jsonl->line, row);
    json_line_write(&jsonl->line, jsonl->out);
}

static bool wanted(const struct report_plan *plan)
{
    return plan->jsonl;
}

const struct report_format audit_jsonl_format = {.file = "audit.jsonl",
                                                 .gzip_file = "audit.jsonl.gz",
                                                 .wanted = wanted,
                                                 .begin = begin,
                                                 .row = put_row,
                                                 .free = end};
