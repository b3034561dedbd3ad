/* Recursion with a root server that refuses: nothing leaves this host, and what libunbound answers
 * itself is answered. tests/net/stories/recursion has servers. */
#include "io/resolver/recursion.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "audit/message.h"

enum { TIMEOUT_MS = 5000 };

static struct root_data roots;
static struct resolver *resolver;
static struct failure failure;

static struct {
    unsigned calls;
    enum reply_status status;
    enum message_status read;
    struct answer answer;
    bool ra;
    struct question question;
    bool asks_again;
} seen;

static void on_reply(void *asker, void *tag, enum reply_status status, const uint8_t *wire,
                     size_t len)
{
    cr_expect_eq(asker, &seen);
    cr_expect_eq(tag, &roots);
    seen.calls++;
    seen.status = status;
    if (status == REPLY_BYTES) {
        seen.read = message_read(wire, len, &seen.question, NULL, &seen.answer);
        seen.ra = wire[3] & 0x80;
    }
    if (!seen.asks_again)
        return;
    seen.asks_again = false;
    cr_expect(
        resolver_recursion.ask(resolver, 0, TRANSPORT_TCP, TIMEOUT_MS, &seen.question, 0, tag));
}

static void begin(void)
{
    roots = (struct root_data){.hints_path = "hints", .anchor_path = "anchor", .server_count = 1};
    roots.servers[0] = ipaddr_from_number(IP_V4, UINT32_C(0x7ffffffe)); /* 127.255.255.254 */
    roots.anchor_count = 1;
    snprintf(roots.anchors[0], ROOT_ANCHOR_TEXT_MAX, "%s",
             ". IN DS 20326 8 2 "
             "E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D");
    struct resolver_options options = {
        .roots = &roots, .window = 10, .give = on_reply, .asker = &seen};
    resolver = resolver_recursion.open(&options, &failure);
    cr_assert(resolver, "%s", failure.text);
}

static void end(void)
{
    resolver_recursion.close(resolver);
}

TestSuite(recursion, .init = begin, .fini = end, .timeout = 30);

static void ask(const char *name, uint16_t type, unsigned timeout_ms)
{
    cr_assert(dnsname_from_text(&seen.question.name, name, strlen(name)));
    seen.question.type = type;
    cr_assert(
        resolver_recursion.ask(resolver, 0, TRANSPORT_TCP, timeout_ms, &seen.question, 0, &roots));
}

static void run_until(unsigned calls)
{
    while (seen.calls < calls)
        resolver_recursion.run(resolver, 100);
}

/* A reply never comes from within ask: libunbound would be entered twice. */
Test(recursion, its_own_names_are_answered_in_the_next_run)
{
    ask("localhost", RR_A, TIMEOUT_MS);
    cr_expect_eq(seen.calls, 0);
    seen.asks_again = true;
    run_until(1);
    cr_expect_eq(seen.calls, 1);
    cr_expect_eq(seen.status, REPLY_BYTES);
    cr_expect_eq(seen.read, MESSAGE_OK);
    cr_expect_eq(seen.answer.kind, ANSWER_RECORDS);
    cr_expect(seen.ra);
    run_until(2);
}

/* libunbound goes on with it; the next try joins its work. */
Test(recursion, a_question_that_takes_too_long_is_a_timeout)
{
    ask("mail.example.com", RR_A, 100);
    run_until(1);
    cr_expect_eq(seen.status, REPLY_TIMEOUT);
    ask("mail.example.com", RR_A, 100);
    run_until(2);
    cr_expect_eq(seen.status, REPLY_TIMEOUT);
}

Test(recursion, a_probe_without_root_servers_fails)
{
    cr_expect_not(recursion_probe(&roots, 200, &failure));
    cr_expect_eq(failure.status, EXIT_TRY_LATER);
    cr_expect(strstr(failure.text, "no root server of hints answers"), "%s", failure.text);
}

Test(recursion, an_anchor_that_libunbound_refuses_is_trouble)
{
    struct resolver_options options = {.roots = &roots, .window = 10, .give = on_reply};

    snprintf(roots.anchors[0], ROOT_ANCHOR_TEXT_MAX, ". IN DS none");
    cr_expect_null(resolver_recursion.open(&options, &failure));
    cr_expect_eq(failure.status, EXIT_TROUBLE);
    cr_expect(strstr(failure.text, "libunbound cannot be set up"), "%s", failure.text);
}

/* Closing drops it without a call. */
Test(recursion, what_is_open_may_be_dropped)
{
    ask("mail.example.com", RR_A, TIMEOUT_MS);
}
