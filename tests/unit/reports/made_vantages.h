/* A run file with vantages and name servers, and a reader of its rows. */
#ifndef TESTS_UNIT_REPORTS_MADE_VANTAGES_H
#define TESTS_UNIT_REPORTS_MADE_VANTAGES_H

#include <unistd.h>

#include "reports/row_vantages.h"
#include "tests/unit/reports/made_folder.h"
#include "tests/unit/reports/made_row.h"

static char path[64];
static struct run_file *run;
static struct vantage_overview *overview;
static struct vantage_reader *reader;
static struct made_row made;

static inline void begin_vantages(void)
{
    struct failure failure = {0};

    make_folder();
    snprintf(path, sizeof(path), "%s/run.db", folder);
    run = run_file_open(path, RUN_CREATE, &failure);
    cr_assert_not_null(run, "%s", failure.text);
}

static inline void end_vantages(void)
{
    struct failure failure = {0};

    vantage_reader_free(reader);
    vantage_overview_free(overview);
    cr_expect(run_file_close(run, &failure), "%s", failure.text);
    drop_folder();
}

/* ---- writing ---- */

static inline uint32_t add_vantage(const char *name)
{
    uint32_t number;

    cr_assert(run_file_add_vantage(run, name, &number));
    cr_assert(run_file_set_vantage(run, number, VANTAGE_WHOLE));
    return number;
}

/* host NULL: SERVFAIL. ttl is that of the PTR record; the address record has 60. */
static inline void see(uint32_t vantage, const char *ip, const char *host, uint32_t ttl)
{
    static struct answer ptr, forward;
    struct facts_buffer facts = {0};

    memset(&ptr, 0, sizeof(ptr));
    memset(&forward, 0, sizeof(forward));
    ptr.kind = host ? ANSWER_RECORDS : ANSWER_SERVFAIL;
    ptr.tries = forward.tries = 1;
    ptr.ttl = ttl;
    if (host)
        ptr.records.names[ptr.kept++] = made_name(host);
    ptr.total = ptr.kept;
    cr_assert(facts_put_ptr(&facts, &ptr));
    forward.kind = ANSWER_RECORDS;
    forward.ttl = 60;
    forward.total = forward.kept = 1;
    forward.records.addresses[0] = made_address(ip);
    forward.holds = true;
    struct dnsname name = made_name(host ? host : "none.example");
    if (host)
        cr_assert(facts_put_forward(&facts, &name, &forward, RR_A));
    struct run_found found = {.vantage = vantage,
                              .address = made_address(ip),
                              .checked_at = MADE_AT,
                              .tries = 1,
                              .settled = true,
                              .facts = facts.bytes,
                              .length = facts.length};
    cr_assert(run_file_add_found(run, &found, 1));
    facts_free(&facts);
}

static const char ZONE[] = "100.51.198.in-addr.arpa";

static inline void store_told(const char *ip, const char *server, enum answer_summary_kind kind,
                              const char *text, int64_t until)
{
    static struct run_difference told;

    told.ask.address = made_address(ip);
    told.ask.question.type = RR_PTR;
    ipaddr_reverse_name(&told.ask.question.name, &told.ask.address);
    told.server = made_address(server);
    told.zone = made_name(ZONE);
    told.until = MADE_AT + until;
    told.summary.kind = kind;
    snprintf(told.summary.text, sizeof(told.summary.text), "%s", text);
    cr_assert(run_file_add_difference(run, &told));
}

static inline void add_server(const char *name, const char *address, enum zone_server_state state)
{
    struct run_zone_server server = {
        .zone = made_name(ZONE), .name = made_name(name), .state = state};

    server.address = made_address(address);
    cr_assert(run_file_add_zone_server(run, &server));
    server.serial = 5;
    cr_assert(run_file_set_zone_server(run, &server));
}

/* ---- reading ---- */

static inline void open_reader(void)
{
    struct failure failure = {0};
    struct iprange all = {made_address("0.0.0.0"), made_address("255.255.255.255")};

    cr_assert(vantage_overview_read(&overview, &run, 1, &failure), "%s", failure.text);
    cr_assert_not_null(overview);
    reader = vantage_reader_new(overview);
    cr_assert_not_null(reader);
    cr_assert(vantage_reader_begin(reader, run));
    cr_assert(vantage_reader_item(reader, &all));
}

/* The row of an address whose PTR name, in the run, is `host`. */
static inline const struct row_vantages *read_row(const char *ip, const char *host)
{
    made_begin(&made, ip, NULL);
    if (host)
        made_confirmed(&made, host);
    else
        made.seen.ptr.kind = ANSWER_SERVFAIL;
    const struct row_vantages *row = vantage_reader_row(reader, &made.evidence);
    cr_assert_not_null(row);
    return row;
}

#endif
