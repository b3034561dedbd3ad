/* Every row of the table in every situation, several names, picking and printing. The expected
 * outcomes are written out here once more, from the rules and not from the table. */
#include "audit/receivers.h"
#include "audit/verdict.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct observation seen;
static struct judgement judgement;
static struct evidence evidence;

static struct dnsname name_of(const char *text)
{
    struct dnsname name;

    if (!dnsname_from_text(&name, text, strlen(text)))
        abort();
    return name;
}

/* An address whose PTR question has been answered so. */
static void begin(const char *address, enum answer_kind kind)
{
    memset(&seen, 0, sizeof seen);
    seen.ptr.kind = kind;
    seen.ptr.tries = 1;
    evidence = (struct evidence){.seen = &seen};
    cr_assert(ipaddr_parse(&evidence.address, address, strlen(address)));
}

/* One more PTR name whose forward question has been answered so. */
static void add(const char *host, enum answer_kind kind, bool holds)
{
    struct forward *forward = &seen.forwards[seen.forward_count++];

    seen.ptr.records.names[seen.ptr.kept++] = name_of(host);
    seen.ptr.total++;
    forward->host = name_of(host);
    forward->answer.kind = kind;
    forward->answer.tries = 1;
    forward->answer.holds = holds;
}

static struct receiver_result result_at(const char *key, unsigned tier)
{
    const struct receiver *row = receiver_of_key(key, strlen(key));
    struct name_results results;

    cr_assert_not_null(row, "%s", key);
    verdict_of(&judgement, &evidence);
    name_results_of(&results, &evidence, &judgement, tier);
    return receiver_outcome(row, &results);
}

static void expect(const char *key, unsigned tier, const char *outcome, const char *reason)
{
    struct receiver_result result = result_at(key, tier);

    cr_expect_str_eq(outcome_row(result.outcome)->key, outcome, "%s: %s", key,
                     outcome_row(result.outcome)->key);
    cr_expect_str_eq(receiver_reason_row(result.reason)->key, reason, "%s: %s", key,
                     receiver_reason_row(result.reason)->key);
}

#define V4 "11.0.0.7"
#define V6 "2400:cb00::7"

#define A OUTCOME_ACCEPTS
#define U OUTCOME_UNKNOWN
#define P OUTCOME_PENALISES
#define D OUTCOME_DEFERS
#define R OUTCOME_REFUSES

/* By situation, IPv4 and IPv6. */
static const struct expectation {
    const char *key;
    enum names_tried names;
    enum receiver_families families;
    enum receiver_basis basis;
    enum outcome missing[2], mismatch[2], localhost[2], generic[2], temporary_ptr[2], temporary[2];
} EXPECTED[] = {
    {"gmail",
     NAMES_UNKNOWN,
     FAMILIES_BOTH,
     BASIS_DOCUMENT,
     {R, R},
     {R, R},
     {R, R},
     {U, U},
     {U, U},
     {U, U}},
    {"microsoft",
     NAMES_UNKNOWN,
     FAMILIES_IPV6,
     BASIS_DOCUMENT,
     {U, D},
     {U, U},
     {U, U},
     {U, U},
     {U, U},
     {U, U}},
    {"yahoo",
     NAMES_UNKNOWN,
     FAMILIES_UNKNOWN,
     BASIS_DOCUMENT,
     {U, U},
     {U, U},
     {U, U},
     {U, U},
     {U, U},
     {U, U}},
    {"icloud",
     NAMES_UNKNOWN,
     FAMILIES_UNKNOWN,
     BASIS_DOCUMENT,
     {U, U},
     {U, U},
     {U, U},
     {U, U},
     {U, U},
     {U, U}},
    {"gmx",
     NAMES_UNKNOWN,
     FAMILIES_UNKNOWN,
     BASIS_DOCUMENT,
     {R, R},
     {R, R},
     {R, R},
     {U, U},
     {U, U},
     {U, U}},
    {"postfix",
     NAMES_ONE,
     FAMILIES_BOTH,
     BASIS_CODE,
     {D, D},
     {D, D},
     {D, D},
     {U, U},
     {D, D},
     {D, D}},
    {"postfix-reverse",
     NAMES_ONE,
     FAMILIES_BOTH,
     BASIS_CODE,
     {D, D},
     {A, A},
     {A, A},
     {A, A},
     {U, U},
     {A, A}},
    {"opensmtpd",
     NAMES_ONE,
     FAMILIES_BOTH,
     BASIS_CODE,
     {U, U},
     {U, U},
     {U, U},
     {U, U},
     {U, U},
     {U, U}},
    {"exim", NAMES_ALL, FAMILIES_BOTH, BASIS_CODE, {U, U}, {U, U}, {U, U}, {U, U}, {U, U}, {D, D}},
    {"haraka",
     NAMES_ALL,
     FAMILIES_UNKNOWN,
     BASIS_CODE,
     {R, R},
     {R, R},
     {R, R},
     {U, U},
     {U, U},
     {U, U}},
    {"stalwart",
     NAMES_TWO,
     FAMILIES_UNKNOWN,
     BASIS_CODE,
     {U, U},
     {U, U},
     {U, U},
     {U, U},
     {U, U},
     {U, U}},
    {"rspamd",
     NAMES_ONE,
     FAMILIES_UNKNOWN,
     BASIS_CODE,
     {P, P},
     {U, U},
     {U, U},
     {P, P},
     {P, P},
     {U, U}},
    {"spamassassin",
     NAMES_UNKNOWN,
     FAMILIES_UNKNOWN,
     BASIS_CODE,
     {P, P},
     {U, U},
     {P, P},
     {P, P},
     {U, U},
     {U, U}},
};

enum { EXPECTATIONS = sizeof EXPECTED / sizeof EXPECTED[0] };

Test(receivers, table_is_the_one_expected_here)
{
    cr_assert_eq(EXPECTATIONS, RECEIVERS_BUILT_IN);
    cr_assert_null(receiver_at(RECEIVERS_BUILT_IN));
    for (unsigned i = 0; i < EXPECTATIONS; i++) {
        const struct receiver *row = receiver_at(i);

        cr_expect_str_eq(row->key, EXPECTED[i].key);
        cr_expect_eq(row->names, EXPECTED[i].names, "%s", row->key);
        cr_expect_eq(row->families, EXPECTED[i].families, "%s", row->key);
        cr_expect_eq(row->basis, EXPECTED[i].basis, "%s", row->key);
        cr_expect_eq(row->temporary_first, strcmp(row->key, "exim") == 0, "%s", row->key);
        cr_expect(row->name[0] && row->source[0], "%s", row->key);
        cr_expect_str_eq(row->date, "2026-11", "%s", row->key);
        /* A text that fills its field has lost its NUL. */
        cr_expect_lt(strnlen(row->name, sizeof row->name), sizeof row->name, "%s", row->key);
        cr_expect_lt(strnlen(row->source, sizeof row->source), sizeof row->source, "%s", row->key);
    }
}

static void expect_all(enum outcome (*outcomes)(const struct expectation *, unsigned),
                       unsigned family, unsigned tier, const char *reason)
{
    for (unsigned i = 0; i < EXPECTATIONS; i++)
        expect(EXPECTED[i].key, tier, outcome_row(outcomes(&EXPECTED[i], family))->key, reason);
}

#define COLUMN(column)                                                              \
    static enum outcome column##_of(const struct expectation *row, unsigned family) \
    {                                                                               \
        return row->column[family];                                                 \
    }
COLUMN(missing)
COLUMN(mismatch)
COLUMN(localhost)
COLUMN(temporary_ptr)
COLUMN(temporary)

static const char *const ADDRESSES[2] = {V4, V6};

Test(receivers, confirmed_name_is_accepted_by_all)
{
    for (unsigned family = 0; family < 2; family++) {
        begin(ADDRESSES[family], ANSWER_RECORDS);
        add("mta7.example.com", ANSWER_RECORDS, true);
        for (unsigned i = 0; i < EXPECTATIONS; i++)
            expect(EXPECTED[i].key, 0, "accepts", "confirmed");
    }
}

Test(receivers, missing_ptr)
{
    for (unsigned family = 0; family < 2; family++) {
        begin(ADDRESSES[family], ANSWER_NXDOMAIN);
        expect_all(missing_of, family, 0, "no-ptr");
        begin(ADDRESSES[family], ANSWER_NODATA);
        expect_all(missing_of, family, 3, "no-ptr"); /* no name, so none that looks generic */
    }
}

Test(receivers, mismatch_of_every_kind)
{
    for (unsigned family = 0; family < 2; family++) {
        begin(ADDRESSES[family], ANSWER_RECORDS);
        add("mta7.example.com", ANSWER_NXDOMAIN, false);
        expect_all(mismatch_of, family, 0, "mismatch");
        seen.forwards[0].answer.kind = ANSWER_NODATA;
        expect_all(mismatch_of, family, 0, "mismatch");
        seen.forwards[0].answer.kind = ANSWER_RECORDS;
        expect_all(mismatch_of, family, 0, "mismatch");
        begin(ADDRESSES[family], ANSWER_RECORDS);
        add("11.0.0.7", ANSWER_SILENT,
            false); /* is no host name: its forward question is not asked */
        seen.forward_count = 0;
        expect_all(mismatch_of, family, 0, "mismatch");
    }
}

Test(receivers, localhost)
{
    for (unsigned family = 0; family < 2; family++) {
        begin(ADDRESSES[family], ANSWER_RECORDS);
        add("localhost", ANSWER_SILENT, false);
        seen.forward_count = 0;
        expect_all(localhost_of, family, 0, "localhost");
    }
}

Test(receivers, generic_name_that_is_confirmed)
{
    for (unsigned family = 0; family < 2; family++) {
        begin(ADDRESSES[family], ANSWER_RECORDS);
        add("host-7.example.net", ANSWER_RECORDS, true);
        for (unsigned tier = 1; tier <= 3; tier++)
            for (unsigned i = 0; i < EXPECTATIONS; i++) {
                enum outcome outcome = EXPECTED[i].generic[family];

                expect(EXPECTED[i].key, tier, outcome_row(outcome)->key,
                       outcome == OUTCOME_ACCEPTS ? "confirmed" : "generic-name");
            }
    }
}

Test(receivers, temporary_error_of_either_question)
{
    static const enum answer_kind KINDS[] = {
        ANSWER_SERVFAIL,   ANSWER_REFUSED,        ANSWER_OTHER_RCODE, ANSWER_ALIAS_LOOP,
        ANSWER_ALIAS_LONG, ANSWER_ALIAS_CONFLICT, ANSWER_UNBELIEVABLE};

    for (unsigned family = 0; family < 2; family++)
        for (unsigned kind = 0; kind < sizeof KINDS / sizeof KINDS[0]; kind++) {
            begin(ADDRESSES[family], KINDS[kind]);
            expect_all(temporary_ptr_of, family, 0, "temporary-error");
            begin(ADDRESSES[family], ANSWER_RECORDS);
            add("mta7.example.com", KINDS[kind], false);
            expect_all(temporary_of, family, 0, "temporary-error");
        }
}

Test(receivers, silence_and_what_was_not_asked_are_unknown_to_all)
{
    for (unsigned i = 0; i < EXPECTATIONS; i++) {
        begin(V4, ANSWER_SILENT);
        expect(EXPECTED[i].key, 0, "unknown", "unanswered");
        begin(V6, ANSWER_RECORDS);
        add("mta7.example.com", ANSWER_SILENT, false);
        expect(EXPECTED[i].key, 0, "unknown", "unanswered");
        seen.forward_count = 0;
        expect(EXPECTED[i].key, 0, "unknown", "unanswered");
        evidence.seen = NULL;
        expect(EXPECTED[i].key, 0, "unknown", "unanswered");
    }
}

Test(receivers, no_receiver_sees_an_address_that_is_not_public)
{
    begin("10.0.0.1", ANSWER_NXDOMAIN);
    evidence.skip_special = true;
    for (unsigned i = 0; i < EXPECTATIONS; i++)
        expect(EXPECTED[i].key, 0, "unknown", "not-public");
    evidence.skip_special = false; /* --special audit: judged like others */
    expect("gmail", 0, "refuses", "no-ptr");
}

Test(receivers, worse_of_mismatch_and_generic_counts)
{
    begin(V4, ANSWER_RECORDS);
    add("host-7.example.net", ANSWER_RECORDS, false);
    expect("gmail", 3, "refuses", "mismatch");
    expect("postfix", 3, "defers", "mismatch");
    expect("rspamd", 3, "penalises", "generic-name");
    expect("yahoo", 3, "unknown", "mismatch");
}

Test(receivers, one_bad_name_of_two)
{
    begin(V4, ANSWER_RECORDS);
    add("mta7.example.com", ANSWER_RECORDS, true);
    add("old.example.com", ANSWER_NXDOMAIN, false);
    expect("postfix", 0, "defers", "some-names");         /* sees one */
    expect("postfix-reverse", 0, "accepts", "confirmed"); /* does not look forward */
    expect("opensmtpd", 0, "unknown", "some-names"); /* sees one; the consequence is not stated */
    expect("stalwart", 0, "accepts", "confirmed");   /* sees both */
    expect("haraka", 0, "accepts", "confirmed");     /* sees all */
    expect("exim", 0, "accepts", "confirmed");
    expect("gmail", 0, "unknown", "some-names"); /* how many it sees is not stated */
    expect("gmx", 0, "unknown", "some-names");
}

Test(receivers, two_bad_names_of_three_can_be_all_that_two_looks_see)
{
    struct receiver two = *receiver_of_key("haraka", 6);
    struct name_results results = {.is_public = true,
                                   .counts = {[NAME_CONFIRMED] = 1, [NAME_MISMATCH] = 2}};
    struct receiver_result result;

    two.names = NAMES_TWO;
    result = receiver_outcome(&two, &results);
    cr_expect_eq(result.outcome, OUTCOME_REFUSES);
    cr_expect_eq(result.reason, REASON_SOME_NAMES);
    results.counts[NAME_MISMATCH] = 1;
    result = receiver_outcome(&two, &results);
    cr_expect_eq(result.outcome, OUTCOME_ACCEPTS);
    cr_expect_eq(result.reason, REASON_CONFIRMED);
    results.counts[NAME_CONFIRMED] = 0; /* one name is all there is */
    result = receiver_outcome(&two, &results);
    cr_expect_eq(result.outcome, OUTCOME_REFUSES);
    cr_expect_eq(result.reason, REASON_MISMATCH);
    results.counts[NAME_MISMATCH] = 3;
    results.counts[NAME_CONFIRMED] = UINT32_MAX;
    result = receiver_outcome(&two, &results);
    cr_expect_eq(result.outcome, OUTCOME_REFUSES);
}

Test(receivers, temporary_error_beside_a_confirmed_name)
{
    begin(V6, ANSWER_RECORDS);
    add("mta7.example.com", ANSWER_RECORDS, true);
    add("old.example.com", ANSWER_SERVFAIL, false);
    expect("exim", 0, "defers", "temporary-error"); /* any temporary forward error */
    expect("haraka", 0, "accepts", "confirmed");
    expect("postfix", 0, "defers", "some-names");
    expect("rspamd", 0, "unknown",
           "some-names"); /* stated for a DNS error of the PTR question only */
}

Test(receivers, names_beyond_those_looked_up_are_not_known)
{
    char host[32];

    begin(V4, ANSWER_RECORDS);
    for (unsigned i = 0; i < ANSWER_NAMES_MAX; i++) {
        snprintf(host, sizeof host, "mta%u.example.com", i);
        add(host, ANSWER_RECORDS, true);
    }
    expect("postfix", 0, "accepts", "confirmed");
    seen.ptr.total++;
    expect("postfix", 0, "unknown", "some-names");
    expect("stalwart", 0, "accepts", "confirmed"); /* one that is not known, and one that is */
    expect("exim", 0, "accepts", "confirmed");
    seen.ptr.total++;
    expect("stalwart", 0, "unknown", "some-names");
    for (unsigned i = 0; i < ANSWER_NAMES_MAX; i++)
        seen.forwards[i].answer.holds = false;
    expect("haraka", 0, "unknown", "unanswered"); /* one of the others can be a good one */
    expect("postfix", 0, "defers", "some-names");
}

Test(receivers, hostname_mismatch_is_nothing_to_a_receiver)
{
    struct dnsname expected = name_of("other.example.com");

    begin(V4, ANSWER_RECORDS);
    add("mta7.example.com", ANSWER_RECORDS, true);
    evidence.expected = &expected;
    expect("gmail", 0, "accepts", "confirmed");
    cr_expect_eq(judgement.verdict, VERDICT_HOSTNAME_MISMATCH);
}

/* Picking and printing */

static struct receiver_list list;
static struct receiver_fault why;

#define KNOWN                                                                                   \
    "gmail, microsoft, yahoo, icloud, gmx, postfix, postfix-reverse, opensmtpd, exim, haraka, " \
    "stalwart, "                                                                                \
    "rspamd, "                                                                                  \
    "spamassassin"

Test(receivers, all_are_picked_without_a_list)
{
    static const struct receiver own[2] = {{.key = "corp"}, {.key = "lab"}};

    cr_assert(receivers_select(&list, NULL, NULL, 0, &why));
    cr_expect_eq(list.count, RECEIVERS_BUILT_IN);
    cr_assert(receivers_select(&list, NULL, own, 2, &why));
    cr_expect_eq(list.count, RECEIVERS_BUILT_IN + 2);
    cr_expect_eq(list.rows[0], receiver_at(0));
    cr_expect_eq(list.rows[RECEIVERS_BUILT_IN + 1], &own[1]);
}

Test(receivers, list_gives_the_order)
{
    static const struct receiver own[1] = {{.key = "corp"}};

    cr_assert(receivers_select(&list, "postfix, corp ,gmail", own, 1, &why), "%s", why.text);
    cr_assert_eq(list.count, 3);
    cr_expect_str_eq(list.rows[0]->key, "postfix");
    cr_expect_eq(list.rows[1], &own[0]);
    cr_expect_str_eq(list.rows[2]->key, "gmail");
}

static void refuses_list(const char *keys, const char *reason)
{
    cr_expect_not(receivers_select(&list, keys, NULL, 0, &why), "%s", keys);
    cr_expect_str_eq(why.text, reason, "%s: %s", keys, why.text);
}

Test(receivers, lists_that_are_refused)
{
    refuses_list("gmail,corp", "receiver 2 of the list is unknown; the known ones are " KNOWN);
    refuses_list("", "receiver 1 of the list is unknown; the known ones are " KNOWN);
    refuses_list("gmail,", "receiver 2 of the list is unknown; the known ones are " KNOWN);
    refuses_list("Gmail", "receiver 1 of the list is unknown; the known ones are " KNOWN);
    refuses_list("gmai", "receiver 1 of the list is unknown; the known ones are " KNOWN);
    refuses_list("\x1B[31m", "receiver 1 of the list is unknown; the known ones are " KNOWN);
    refuses_list("gmx,gmail,gmx", "receiver gmx is twice in the list");
}

Test(receivers, a_long_table_of_the_users_own_does_not_overflow_the_reason)
{
    static struct receiver own[RECEIVERS_OWN_MAX];

    for (unsigned i = 0; i < RECEIVERS_OWN_MAX; i++)
        memset(own[i].key, 'a' + (int)i, RECEIVER_KEY_MAX - 1);
    cr_expect_not(receivers_select(&list, "x", own, RECEIVERS_OWN_MAX, &why));
    cr_expect_eq(strlen(why.text), RECEIVER_FAULT_MAX - 1);
}

/* A caller that keeps an outcome for the next address relies on this. */
Test(receivers, results_that_differ_anywhere_are_not_equal)
{
    struct name_results one = {.is_public = true, .counts = {[NAME_CONFIRMED] = 2}}, other = one;

    cr_expect(name_results_equal(&one, &other));
    other.ipv6 = true;
    cr_expect_not(name_results_equal(&one, &other));
    other = one;
    other.is_public = false;
    cr_expect_not(name_results_equal(&one, &other));
    other = one;
    other.generic = true;
    cr_expect_not(name_results_equal(&one, &other));
    for (unsigned i = 0; i < NAME_RESULTS; i++) {
        other = one;
        other.counts[i]++;
        cr_expect_not(name_results_equal(&one, &other));
    }
}

Test(receivers, the_cell_names_those_that_do_not_accept)
{
    static const struct receiver_result results[] = {{OUTCOME_ACCEPTS, REASON_NO_PTR},
                                                     {OUTCOME_DEFERS, REASON_NO_PTR},
                                                     {OUTCOME_PENALISES, REASON_NO_PTR},
                                                     {OUTCOME_UNKNOWN, REASON_NO_PTR},
                                                     {OUTCOME_ACCEPTS, REASON_NO_PTR}};
    static const char expected[] = "postfix=defers;rspamd=penalises;yahoo=unknown";
    char text[RECEIVERS_TEXT_MAX];

    cr_assert(receivers_select(&list, "gmail,postfix,rspamd,yahoo,exim", NULL, 0, &why));
    cr_expect_eq(receivers_print(text, &list, results), sizeof expected - 1);
    cr_expect_str_eq(text, expected);
    list.count = 1; /* all accept */
    cr_expect_eq(receivers_print(text, &list, results), 0);
    cr_expect_str_eq(text, "");
}

Test(receivers, longest_cell_fits)
{
    static struct receiver own[RECEIVERS_OWN_MAX];
    struct receiver_result results[RECEIVERS_MAX];
    char text[RECEIVERS_TEXT_MAX];
    size_t length;

    for (unsigned i = 0; i < RECEIVERS_OWN_MAX; i++)
        memset(own[i].key, 'a' + (int)i, RECEIVER_KEY_MAX - 1);
    for (unsigned i = 0; i < RECEIVERS_MAX; i++)
        results[i] = (struct receiver_result){OUTCOME_PENALISES, REASON_GENERIC};
    cr_assert(receivers_select(&list, NULL, own, RECEIVERS_OWN_MAX, &why));
    length = receivers_print(text, &list, results);
    cr_expect_eq(length, strlen(text));
    cr_expect_str_eq(text + length - 14, "pppp=penalises");
}

Test(receivers, every_word_has_a_sentence)
{
    for (unsigned i = 0; i < OUTCOMES; i++)
        cr_expect_eq(outcome_row(i)->sentence[strlen(outcome_row(i)->sentence) - 1], '.');
    for (unsigned i = 0; i < RECEIVER_REASONS; i++)
        cr_expect_eq(receiver_reason_row(i)->sentence[strlen(receiver_reason_row(i)->sentence) - 1],
                     '.');
    cr_expect_str_eq(names_tried_key(NAMES_UNKNOWN), "unknown");
    cr_expect_str_eq(names_tried_key(NAMES_ALL), "all");
    cr_expect_str_eq(receiver_families_text(FAMILIES_BOTH), "IPv4, IPv6");
    cr_expect_str_eq(receiver_basis_key(BASIS_OWN), "own");
}

/* The document */

static const char *cell_of(char out[64], enum outcome ipv4, enum outcome ipv6)
{
    if (ipv4 == ipv6)
        snprintf(out, 64, "%s", outcome_row(ipv4)->key);
    else
        snprintf(out, 64, "%s (IPv6), %s (IPv4)", outcome_row(ipv6)->key, outcome_row(ipv4)->key);
    return out;
}

static void expect_in_document(const char *document, const struct receiver *row)
{
    char begin[64], end[400], missing[64], mismatch[64], generic[64], temporary_ptr[64],
        temporary[64];
    const char *line;

    snprintf(begin, sizeof begin, "\n| `%s` | ", row->key);
    snprintf(end, sizeof end, " | %s | %s | %s | %s | %s | %s | %s | %s |\n",
             names_tried_key(row->names), receiver_families_text(row->families),
             cell_of(missing, row->ipv4.missing, row->ipv6.missing),
             cell_of(mismatch, row->ipv4.mismatch, row->ipv6.mismatch),
             cell_of(generic, row->ipv4.generic, row->ipv6.generic),
             cell_of(temporary_ptr, row->ipv4.temporary_ptr, row->ipv6.temporary_ptr),
             cell_of(temporary, row->ipv4.temporary, row->ipv6.temporary),
             receiver_basis_key(row->basis));
    line = strstr(document, begin);
    cr_assert_not_null(line, "%s", begin);
    line = strchr(line + 1, '\n') + 1 - strlen(end);
    cr_expect_eq(memcmp(line, end, strlen(end)), 0,
                 "docs/receivers.md has no row of %s that ends with %s", row->key, end);
}

Test(receivers, document_shows_the_table)
{
    static char document[64 * 1024];
    FILE *file = fopen("docs/receivers.md", "r");

    cr_assert_not_null(file, "run the tests in the project's folder");
    document[fread(document, 1, sizeof document - 1, file)] = '\0';
    fclose(file);
    for (unsigned i = 0; i < RECEIVERS_BUILT_IN; i++)
        expect_in_document(document, receiver_at(i));
    for (unsigned i = 0; i < RECEIVER_REASONS; i++)
        cr_expect_not_null(strstr(document, receiver_reason_row(i)->key), "%s",
                           receiver_reason_row(i)->key);
}
