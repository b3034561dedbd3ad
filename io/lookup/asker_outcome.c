#include "audit/message.h"
#include "io/lookup/asker_private.h"
#include "io/system/clock.h"

enum { TROUBLE_PART = 8 }; /* questions of a failing zone pause for this part of the patience */

/* A question of a dead zone is tried once: it may be alive again. */
static struct retry_policy policy_of(struct asker *asker, const struct open_question *open)
{
    struct retry_policy policy = asker->policy;
    if (dead_zones_is_dead(&asker->dead_zones, &open->question, question_address(open))) {
        policy.tries = 1;
        policy.patience_ms = 0;
    }
    return policy;
}

void question_failed(struct asker *asker, struct open_question *open, enum answer_kind kind,
                     uint16_t rcode)
{
    int64_t now = clock_monotonic_ns();
    const struct ipaddr *address = question_address(open);
    retry_failed(&open->retry, kind, rcode, now);
    dead_zones_try_failed(&asker->dead_zones, &open->question, address);
    struct retry_policy policy = policy_of(asker, open);
    bool trouble = dead_zones_is_failing(&asker->dead_zones, &open->question, address);
    unsigned least_ms =
        trouble && retry_is_server_error(kind) ? policy.patience_ms / TROUBLE_PART : 0;
    int64_t pause_ns = retry_pause_ns(&open->retry, &policy, now, least_ms, asker_random(asker));
    if (pause_ns == RETRY_OVER) {
        dead_zones_question_failed(&asker->dead_zones, &open->question, address);
        question_deliver_failure(asker, open);
        return;
    }
    open->endpoint = health_next(&asker->health, open->endpoint);
    if (asker->options.transport == TRANSPORT_UDP)
        open->over_tcp = retry_is_for_tcp(&open->retry, &policy, kind);
    question_repeat_later(asker, open, now + pause_ns);
}

/* Repeats the question over TCP at once. The reply was genuine but incomplete: this is no failed
 * try, unless it came over TCP. kind: the outcome if TCP is blocked or brings no more. */
static void again_over_tcp(struct asker *asker, struct open_question *open, enum answer_kind kind)
{
    asker->counts.truncated++;
    retry_failed(&open->retry, kind, 0, open->sent_ns);
    if (open->transport != TRANSPORT_UDP) {
        question_failed(asker, open, kind, 0);
        return;
    }
    open->retry.tries--;
    open->over_tcp = true;
    TAILQ_INSERT_HEAD(&asker->soon, open, link);
}

/* The same question again at once, without EDNS: the try has not failed. */
static void again_without_edns(struct asker *asker, struct open_question *open)
{
    open->retry.tries--;
    TAILQ_INSERT_HEAD(&asker->soon, open, link);
}

/* A sign that the resolver keeps up with the pace. SERVFAIL and REFUSED may mean overload;
 * truncation does not. */
static bool is_of_use(enum message_status read, const struct answer *answer)
{
    if (read == MESSAGE_OK)
        return answer->kind != ANSWER_SERVFAIL && answer->kind != ANSWER_REFUSED;
    return read != MESSAGE_NOT_OURS;
}

/* Three lost datagrams in a row are rare, slow names are not: the latency of a question answered
 * after all early tries counts from the first of them. */
static void note_latency(struct asker *asker, const struct open_question *open, int64_t now)
{
    histogram_add(&asker->counts.latency, (uint64_t)(now - open->sent_ns) / 1000);
    bool slow = open->retry.early == RETRY_EARLY_MAX && open->retry.tries == 1;
    loss_timeout_add(&asker->loss_timeout, now - (slow ? open->retry.asked_ns : open->sent_ns));
}

/* Names with many addresses come in series. Begun over TCP, each takes one query instead of two. */
static void note_length(struct asker *asker, const struct open_question *open, size_t len)
{
    if (open->question.type == RR_PTR)
        return;
    if (len <= (size_t)RESOLVER_UDP_PAYLOAD)
        asker->long_replies = 0;
    else if (asker->long_replies < LONG_REPLIES)
        asker->long_replies++;
}

/* RA, of a message that was read: at least a header. */
static bool has_ra(const uint8_t *wire)
{
    return wire[3] & 0x80;
}

/* If a resolver has answered nothing but REFUSED and referrals, that is its policy and shows
 * nothing about the question: another resolver is asked at once, and no try is spent. */
static bool is_passed_on(struct asker *asker, struct open_question *open, int64_t now)
{
    const struct resolver_counts *counts = &asker->counts.resolvers.of[open->endpoint];
    enum resolver_fault fault = resolver_counts_fault(counts);
    if (fault != RESOLVER_REFUSES && fault != RESOLVER_NO_RECURSION)
        return false;
    if (counts->replies[RCODE_REFUSED] + counts->passed_back >= HEALTH_MISSES)
        health_refuses(&asker->health, open->endpoint, now);
    unsigned other = health_next(&asker->health, open->endpoint);
    if (other == open->endpoint)
        return false;
    open->retry.tries--;
    open->endpoint = other;
    question_repeat(asker, open);
    return true;
}

/* The server did not answer the question: another try, or another resolver, may. */
static bool is_error(enum answer_kind kind)
{
    return kind == ANSWER_SERVFAIL || kind == ANSWER_REFUSED || kind == ANSWER_OTHER_RCODE ||
           kind == ANSWER_REFERRAL;
}

/* After a referral only another resolver may answer. */
static bool is_final(const struct asker *asker, enum answer_kind kind)
{
    return kind == ANSWER_REFERRAL && asker->options.endpoint_count == 1;
}

/* useful: the try ended with a sign that the resolver keeps up. */
static void note_end(struct asker *asker, const struct open_question *open, bool useful,
                     int64_t now)
{
    struct pace_end end = {open->sent_ns, open->again, open->overdue, useful};
    pace_share_ended(&asker->share, open->endpoint, &end, now);
}

/* The resolver may have had too much to do: then silence shows nothing about the question, and the
 * try is not spent. Errors have their patience. */
static bool is_overload(struct asker *asker, struct open_question *open, int64_t now)
{
    if (!pace_share_doubts(&asker->share, open->endpoint, open->sent_ns) ||
        !retry_is_overload(&open->retry))
        return false;
    open->endpoint = health_next(&asker->health, open->endpoint);
    question_repeat_later(asker, open,
                          now + retry_overload_pause_ns(&open->retry, asker_random(asker)));
    return true;
}

static void on_message(struct asker *asker, struct open_question *open, bool no_zone,
                       const uint8_t *wire, size_t len, int64_t now)
{
    struct answer *answer = &asker->answer;
    enum message_status read =
        message_read(wire, len, &open->question, question_address(open), answer);
    note_end(asker, open, is_of_use(read, answer), now);
    switch (read) {
    case MESSAGE_OK:
        break;
    case MESSAGE_TRUNCATED:
        /* Over TCP the part that came may be enough. */
        if (open->transport != TRANSPORT_UDP && answer->kind != ANSWER_TRUNCATED)
            break;
        again_over_tcp(asker, open, ANSWER_TRUNCATED);
        return;
    case MESSAGE_MALFORMED:
        again_over_tcp(asker, open, ANSWER_UNBELIEVABLE);
        return;
    case MESSAGE_NOT_OURS:
        asker->counts.unbelievable++;
        question_failed(asker, open, ANSWER_UNBELIEVABLE, 0);
        return;
    }
    resolver_counts_add(&asker->counts.resolvers.of[open->endpoint], answer, has_ra(wire));
    note_latency(asker, open, now);
    note_length(asker, open, len);
    if (no_zone)
        answer->kind = ANSWER_NO_ZONE;
    bool declined = answer->kind == ANSWER_REFUSED || answer->kind == ANSWER_REFERRAL;
    if (declined && is_passed_on(asker, open, now))
        return;
    bool error = is_error(answer->kind);
    if (!error)
        dead_zones_answered(&asker->dead_zones, &open->question, question_address(open));
    if (error && !is_final(asker, answer->kind))
        question_failed(asker, open, answer->kind, answer->rcode);
    else
        question_deliver_reply(asker, open, wire, len);
}

static void on_probe(struct asker *asker, struct open_question *open)
{
    health_probe_ended(&asker->health, open->endpoint);
    TAILQ_INSERT_HEAD(&asker->spare, open, link);
}

/* REFUSED, or a question passed back: no records, AA and RA 0. */
static bool declines(const uint8_t *wire, size_t len)
{
    enum { FLAG_AA = 0x04, FLAG_RA = 0x80, MASK_RCODE = 0x0f, COUNTS_END = 8 };
    if (len < COUNTS_END)
        return false;
    bool empty = wire[6] == 0 && wire[7] == 0;
    unsigned rcode = wire[3] & MASK_RCODE;
    return rcode == RCODE_REFUSED ||
           (rcode == RCODE_NOERROR && empty && !(wire[2] & FLAG_AA) && !(wire[3] & FLAG_RA));
}

static void note_reply(struct asker *asker, const struct open_question *open, const uint8_t *wire,
                       size_t len, int64_t now)
{
    asker->counts.resolvers.of[open->endpoint].probes_answered += open->probe;
    if (open->probe && open->probe_kind == PROBE_LOOPBACK)
        health_replied_locally(&asker->health, open->endpoint, now);
    else
        health_replied(&asker->health, open->endpoint, declines(wire, len), now);
}

/* A silent try at a resolver that is out of health does not count. */
static void on_silence(struct asker *asker, struct open_question *open)
{
    if (health_is_out(&asker->health, open->endpoint))
        open->retry.tries--;
    question_failed(asker, open, ANSWER_SILENT, 0);
}

static int64_t waited_ms(const struct open_question *open, int64_t now)
{
    int64_t ms = (now - open->sent_ns) / 1000000;
    /* Timers may fire a few milliseconds early; much earlier ones come from a clock that jumped. */
    return ms > open->timeout_ms / 2 && ms < open->timeout_ms ? open->timeout_ms : ms;
}

static void on_timeout(struct asker *asker, struct open_question *open, int64_t now)
{
    asker->counts.timeouts++;
    asker->counts.resolvers.of[open->endpoint].silent++;
    bool early = retry_is_early(&open->retry, &asker->policy, waited_ms(open, now));
    asker->counts.outages +=
        early ? health_missed_early(&asker->health, open->endpoint, now, asker->policy.timeout_ms)
              : health_missed(&asker->health, open->endpoint, now);
    if (!early && is_overload(asker, open, now))
        return;
    if (!early) {
        on_silence(asker, open);
        return;
    }
    open->endpoint = health_next(&asker->health, open->endpoint);
    question_repeat(asker, open);
}

/* The try ends like one in silence, but the resolver is alive, or an attacker is. */
static void on_unbelievable(struct asker *asker, struct open_question *open, int64_t now)
{
    asker->counts.unbelievable++;
    if (!retry_is_early(&open->retry, &asker->policy, waited_ms(open, now))) {
        question_failed(asker, open, ANSWER_UNBELIEVABLE, 0);
        return;
    }
    open->endpoint = health_next(&asker->health, open->endpoint);
    question_repeat(asker, open);
}

/* A failed stream counts against health only if all queries use streams. */
static void on_failure(struct asker *asker, struct open_question *open, int64_t now)
{
    asker->counts.failed++;
    if (asker->options.transport != TRANSPORT_UDP &&
        health_missed(&asker->health, open->endpoint, now))
        asker->counts.outages++;
    on_silence(asker, open);
}

/* Over UDP, the resolver may be alive with its TCP port closed: then the try counts. */
static bool is_only_tcp(const struct asker *asker, const struct open_question *open)
{
    return asker->options.transport == TRANSPORT_UDP && open->transport != TRANSPORT_UDP &&
           !health_is_doubtful(&asker->health, open->endpoint);
}

/* The link is down, the route is gone, or the resolver restarts. For its health this counts like
 * silence. The question spends no try: it waits, or goes to another resolver. */
static void on_unreachable(struct asker *asker, struct open_question *open, int64_t now)
{
    if (is_only_tcp(asker, open) || !retry_is_unreachable(&open->retry)) {
        on_failure(asker, open, now);
        return;
    }
    asker->counts.failed++;
    asker->counts.resolvers.of[open->endpoint].silent++;
    asker->counts.outages += health_missed(&asker->health, open->endpoint, now);
    open->endpoint = health_next(&asker->health, open->endpoint);
    question_repeat_later(asker, open,
                          now + retry_unreachable_pause_ns(&open->retry, asker_random(asker)));
}

/* The question is asked again at once, on another connection, and spends no try. */
static void on_closed(struct asker *asker, struct open_question *open, int64_t now)
{
    if (!retry_is_unreachable(&open->retry)) {
        on_failure(asker, open, now);
        return;
    }
    asker->counts.failed++;
    question_repeat(asker, open);
}

void asker_on_reply(void *context, void *tag, enum reply_status status, const uint8_t *wire,
                    size_t len)
{
    bool bytes = status == REPLY_BYTES || status == REPLY_NO_ZONE;
    struct asker *asker = context;
    struct open_question *open = tag;
    int64_t now = clock_monotonic_ns();
    if (bytes || status == REPLY_UNBELIEVABLE || status == REPLY_NO_EDNS)
        note_reply(asker, open, wire, len, now);
    TAILQ_REMOVE(open->overdue ? &asker->overdue : &asker->sent, open, link);
    if (open->probe) {
        on_probe(asker, open);
        return;
    }
    asker->in_flight--;
    asker->again_in_flight -= open->again;
    if (!bytes)
        note_end(asker, open, status == REPLY_NO_EDNS || status == REPLY_UNBELIEVABLE, now);
    /* Longer than any datagram: the engine has repeated the query over TCP by itself. */
    if (status == REPLY_BYTES && open->transport == TRANSPORT_UDP &&
        len > (size_t)RESOLVER_UDP_PAYLOAD + 1) {
        asker->counts.queries++;
        asker->counts.truncated++;
        rate_limit_charge(asker->options.rate_limit, now);
    }
    if (bytes)
        on_message(asker, open, status == REPLY_NO_ZONE, wire, len, now);
    else if (status == REPLY_TIMEOUT)
        on_timeout(asker, open, now);
    else if (status == REPLY_NO_EDNS)
        again_without_edns(asker, open);
    else if (status == REPLY_UNBELIEVABLE)
        on_unbelievable(asker, open, now);
    else if (status == REPLY_UNREACHABLE)
        on_unreachable(asker, open, now);
    else if (status == REPLY_CLOSED)
        on_closed(asker, open, now);
    else
        on_failure(asker, open, now);
}
