#include "io/lookup/asker_private.h"

#include "audit/message.h"
#include "audit/random.h"
#include "io/system/clock.h"

enum {
    TROUBLE_PART = 8, /* questions of a failing zone pause for this part of the patience */
    SILENCE_MAX = 4,  /* further tries of a question, where the silence may be its own */
};

/* A question of a dead zone is tried once: it may be alive again. So is a question for an alias: it
 * follows a lookup that failed for its whole patience. */
static struct retry_policy policy_of(struct asker *asker, const struct open_question *open)
{
    struct retry_policy policy = asker->policy;
    if (open->question.type == RR_CNAME ||
        dead_zones_is_dead(&asker->dead_zones, &open->question, question_address(open))) {
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
    /* The first may have failed for a burst that the resolver refused, the second for its memory of
     * that. */
    if (open->retry.tries > 2)
        dead_zones_try_failed(&asker->dead_zones, &open->question, address, now);
    struct retry_policy policy = policy_of(asker, open);
    bool trouble = dead_zones_is_failing(&asker->dead_zones, &open->question, address, now);
    unsigned least_ms =
        trouble && retry_is_server_error(kind) ? policy.patience_ms / TROUBLE_PART : 0;
    int64_t pause_ns =
        retry_pause_ns(&open->retry, &policy, now, least_ms, random_next(&asker->random));
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
static void again_over_tcp(struct asker *asker, const struct query_try *one, enum answer_kind kind)
{
    struct open_question *open = one->question;
    asker->counts.truncated++;
    retry_failed(&open->retry, kind, 0, one->sent_ns);
    if (one->transport != TRANSPORT_UDP) {
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

static void note_latency(struct asker *asker, const struct query_try *one, int64_t now)
{
    histogram_add(&asker->counts.latency, (uint64_t)(now - one->sent_ns) / 1000);
    loss_timeout_add(&asker->loss_timeout, now - one->sent_ns);
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

static unsigned rcode_of(const uint8_t *wire)
{
    return wire[3] & 0x0f;
}

/* Another resolver is asked at once, and no try is spent. False: there is no other one. */
static bool pass_to_other(struct asker *asker, struct open_question *open)
{
    unsigned other = health_next(&asker->health, open->endpoint);
    if (other == open->endpoint)
        return false;
    open->retry.tries--;
    open->endpoint = other;
    question_repeat(asker, open);
    return true;
}

/* What a resolver withholds, another one may answer: each is asked. */
static bool pass_filtered(struct asker *asker, struct open_question *open)
{
    return ++open->retry.filtered < asker->options.endpoint_count && pass_to_other(asker, open);
}

/* If a resolver has answered nothing but REFUSED and referrals, that is its policy and shows
 * nothing about the question. */
static bool pass_on(struct asker *asker, struct open_question *open, int64_t now)
{
    const struct resolver_counts *counts = &asker->counts.resolvers.of[open->endpoint];
    enum resolver_fault fault = resolver_counts_fault(counts);
    if (fault != RESOLVER_REFUSES && fault != RESOLVER_NO_RECURSION)
        return false;
    if (counts->replies[RCODE_REFUSED] + counts->passed_back >= HEALTH_MISSES)
        health_refuses(&asker->health, open->endpoint, now);
    return pass_to_other(asker, open);
}

/* The server did not answer the question: another try, or another resolver, may. */
static bool is_error(enum answer_kind kind)
{
    return kind == ANSWER_SERVFAIL || kind == ANSWER_REFUSED || kind == ANSWER_OTHER_RCODE ||
           kind == ANSWER_REFERRAL || kind == ANSWER_FILTERED;
}

/* After a referral only another resolver may answer; one that filters does so again, and the others
 * were asked. A name server says the same again. */
static bool is_final(const struct asker *asker, enum answer_kind kind)
{
    return asker->options.iterative || kind == ANSWER_FILTERED ||
           (kind == ANSWER_REFERRAL && asker->options.endpoint_count == 1);
}

/* useful: the try ended with a sign that the resolver keeps up. */
static void note_end(struct asker *asker, const struct query_try *one, bool useful, int64_t now)
{
    struct pace_end end = {one->sent_ns, one->again, one->overdue, useful};
    pace_share_ended(&asker->share, one->endpoint, &end, now);
}

/* A name server that has answered others meanwhile may limit its clients. */
static bool is_limited(const struct asker *asker, const struct query_try *one)
{
    return asker->options.iterative && one->question->retry.overload < SILENCE_MAX &&
           health_has_replied(&asker->health, one->endpoint, one->sent_ns);
}

/* The window may have been too large. The pace judges it by new questions: once all have been sent,
 * its doubt does not end. */
static bool is_in_doubt(const struct asker *asker, const struct query_try *one)
{
    return pace_share_doubts(&asker->share, one->endpoint, one->sent_ns) &&
           (one->question->retry.overload < SILENCE_MAX || !TAILQ_EMPTY(&asker->ready));
}

/* The resolver may have had too much to do: then silence shows nothing about the question, and the
 * try is not spent. Errors have their patience. */
static bool repeat_after_overload(struct asker *asker, const struct query_try *one, int64_t now)
{
    struct open_question *open = one->question;
    bool doubt = is_in_doubt(asker, one) || is_limited(asker, one);
    if (!doubt || !retry_excuse_overload(&open->retry))
        return false;
    open->endpoint = health_next(&asker->health, open->endpoint);
    question_repeat_later(asker, open,
                          now + retry_overload_pause_ns(&open->retry, random_next(&asker->random)));
    return true;
}

/* A name server that limits its clients is asked again, while the pace finds its limit. */
static bool repeat_after_refusal(struct asker *asker, struct open_question *open, int64_t now)
{
    enum answer_kind kind = asker->answer.kind;
    bool soa = open->question.type == RR_SOA, before = open->retry.overload > 0;
    if (!is_error(kind))
        refusals_answered(&asker->refusals, soa, before, now);
    if ((kind != ANSWER_REFUSED && kind != ANSWER_SERVFAIL) ||
        !refusals_may_pass(&asker->refusals, soa, before, now))
        return false;
    if (!retry_excuse_overload(&open->retry)) {
        refusals_gave_up(&asker->refusals);
        return false;
    }
    question_repeat_later(asker, open,
                          now + retry_overload_pause_ns(&open->retry, random_next(&asker->random)));
    return true;
}

/* A reply that was read answers its question, or is a failed try. */
static void settle(struct asker *asker, struct open_question *open, const uint8_t *wire, size_t len,
                   int64_t now)
{
    const struct answer *answer = &asker->answer;
    bool declined = answer->kind == ANSWER_REFUSED || answer->kind == ANSWER_REFERRAL;
    if (declined && pass_on(asker, open, now))
        return;
    if (answer->kind == ANSWER_FILTERED && pass_filtered(asker, open))
        return;
    if (asker->options.iterative && repeat_after_refusal(asker, open, now))
        return;
    bool error = is_error(answer->kind);
    if (!error)
        dead_zones_answered(&asker->dead_zones, &open->question, question_address(open));
    if (error && !is_final(asker, answer->kind)) {
        retry_explained(&open->retry, answer->extended_error);
        question_failed(asker, open, answer->kind, answer->rcode);
    } else {
        question_deliver_reply(asker, open, wire, len);
    }
}

static void on_message(struct asker *asker, const struct query_try *one, bool no_zone,
                       const uint8_t *wire, size_t len, int64_t now)
{
    struct open_question *open = one->question;
    struct answer *answer = &asker->answer;
    enum message_status read =
        message_read(wire, len, &open->question, question_address(open), answer);
    bool useful = is_of_use(read, answer);
    if (read == MESSAGE_OK && !useful)
        try_declined(asker, one, now);
    else
        note_end(asker, one, useful, now);
    switch (read) {
    case MESSAGE_OK:
        break;
    case MESSAGE_TRUNCATED:
        /* Over TCP the part that came may be enough. */
        if (one->transport != TRANSPORT_UDP && answer->kind != ANSWER_TRUNCATED)
            break;
        again_over_tcp(asker, one, ANSWER_TRUNCATED);
        return;
    case MESSAGE_MALFORMED:
        again_over_tcp(asker, one, ANSWER_UNBELIEVABLE);
        return;
    case MESSAGE_NOT_OURS:
        asker->counts.unbelievable++;
        question_failed(asker, open, ANSWER_UNBELIEVABLE, 0);
        return;
    }
    resolver_counts_add(&asker->counts.resolvers.of[one->endpoint], answer, has_ra(wire));
    note_latency(asker, one, now);
    note_length(asker, open, len);
    if (no_zone)
        answer->kind = ANSWER_NO_ZONE;
    settle(asker, open, wire, len, now);
}

static void on_probe(struct asker *asker, struct open_question *open)
{
    health_probe_ended(&asker->health, open->endpoint);
    TAILQ_INSERT_HEAD(&asker->spare, open, link);
}

/* REFUSED, or a question passed back: no records, AA and RA 0. */
static bool declines(const uint8_t *wire, size_t len)
{
    enum { FLAG_AA = 0x04, FLAG_RA = 0x80, COUNTS_END = 8 };
    if (len < COUNTS_END)
        return false;
    bool empty = wire[6] == 0 && wire[7] == 0;
    unsigned rcode = rcode_of(wire);
    return rcode == RCODE_REFUSED ||
           (rcode == RCODE_NOERROR && empty && !(wire[2] & FLAG_AA) && !(wire[3] & FLAG_RA));
}

static void note_reply(struct asker *asker, const struct query_try *one, const uint8_t *wire,
                       size_t len, int64_t now)
{
    const struct open_question *open = one->question;
    bool probe = open && open->probe;
    asker->counts.resolvers.of[one->endpoint].probes_answered += probe;
    if (probe && open->probe_kind == PROBE_LOOPBACK) {
        health_replied_locally(&asker->health, one->endpoint, now);
        return;
    }
    health_replied(&asker->health, one->endpoint, declines(wire, len), now);
    pace_share_replied(&asker->share, one->endpoint, now);
}

static void note_missed(struct asker *asker, const struct query_try *one, int64_t now)
{
    asker->counts.outages += health_missed(&asker->health, one->endpoint, one->sent_ns, now);
}

/* A silent try at a resolver that is out of health does not count. */
static void on_silence(struct asker *asker, struct open_question *open)
{
    if (health_is_out(&asker->health, open->endpoint))
        open->retry.tries--;
    question_failed(asker, open, ANSWER_SILENT, 0);
}

static int64_t waited_ms(const struct asker *asker, const struct query_try *one, int64_t now)
{
    int64_t timeout_ms = asker->policy.timeout_ms;
    int64_t ms = (now - one->sent_ns) / 1000000;
    /* Timers may fire a few milliseconds early; much earlier ones come from a clock that jumped. */
    return ms > timeout_ms / 2 && ms < timeout_ms ? timeout_ms : ms;
}

static void ask_another(struct asker *asker, struct open_question *open)
{
    open->endpoint = health_next(&asker->health, open->endpoint);
    question_repeat(asker, open);
}

/* A try was silent. Its reply may still come. */
static void count_silence(struct asker *asker, struct query_try *one)
{
    one->missed = true;
    asker->counts.timeouts++;
    asker->counts.resolvers.of[one->endpoint].silent++;
}

void question_missed_early(struct asker *asker, struct query_try *one, int64_t now)
{
    struct open_question *open = one->question;
    count_silence(asker, one);
    retry_ended_early(&open->retry);
    asker->counts.outages += health_missed_early(&asker->health, one->endpoint, one->sent_ns, now,
                                                 asker->policy.timeout_ms);
    ask_another(asker, open);
}

static void on_timeout(struct asker *asker, struct query_try *one, int64_t now)
{
    struct open_question *open = one->question;
    count_silence(asker, one);
    if (retry_excuse_early(&open->retry, &asker->policy, waited_ms(asker, one, now))) {
        ask_another(asker, open);
        return;
    }
    note_missed(asker, one, now);
    if (!repeat_after_overload(asker, one, now))
        on_silence(asker, open);
}

/* The try ends like one in silence, but the resolver is alive, or an attacker is. */
static void on_unbelievable(struct asker *asker, const struct query_try *one, int64_t now)
{
    struct open_question *open = one->question;
    asker->counts.unbelievable++;
    if (retry_excuse_early(&open->retry, &asker->policy, waited_ms(asker, one, now)))
        ask_another(asker, open);
    else
        question_failed(asker, open, ANSWER_UNBELIEVABLE, 0);
}

/* A failed stream counts against health only if all queries use streams. */
static void on_failure(struct asker *asker, const struct query_try *one, int64_t now)
{
    asker->counts.failed++;
    if (asker->options.transport != TRANSPORT_UDP)
        note_missed(asker, one, now);
    on_silence(asker, one->question);
}

/* Over UDP, the resolver may be alive with its TCP port closed: then the try counts. */
static bool is_only_tcp(const struct asker *asker, const struct query_try *one)
{
    return asker->options.transport == TRANSPORT_UDP && one->transport != TRANSPORT_UDP &&
           !health_is_doubtful(&asker->health, one->endpoint);
}

/* The link is down, the route is gone, or the resolver restarts. For its health this counts like
 * silence. The question spends no try: it waits, or goes to another resolver. */
static void on_unreachable(struct asker *asker, const struct query_try *one, int64_t now)
{
    struct open_question *open = one->question;
    if (is_only_tcp(asker, one) || !retry_excuse_unreachable(&open->retry)) {
        on_failure(asker, one, now);
        return;
    }
    asker->counts.failed++;
    asker->counts.resolvers.of[open->endpoint].silent++;
    note_missed(asker, one, now);
    open->endpoint = health_next(&asker->health, open->endpoint);
    question_repeat_later(
        asker, open, now + retry_unreachable_pause_ns(&open->retry, random_next(&asker->random)));
}

/* The question is asked again at once, on another connection, and spends no try. */
static void on_closed(struct asker *asker, const struct query_try *one, int64_t now)
{
    if (!retry_excuse_unreachable(&one->question->retry)) {
        on_failure(asker, one, now);
        return;
    }
    asker->counts.failed++;
    question_repeat(asker, one->question);
}

static bool is_bytes(enum reply_status status)
{
    return status == REPLY_BYTES || status == REPLY_NO_ZONE;
}

/* Does the reply answer the question, whose next try is under way or due? */
static bool is_answer(struct asker *asker, const struct open_question *open, const uint8_t *wire,
                      size_t len)
{
    struct answer *answer = &asker->answer;
    return message_read(wire, len, &open->question, question_address(open), answer) == MESSAGE_OK &&
           !is_error(answer->kind);
}

/* A try set aside ends: a reply counts as one, and may be the first that answers the question.
 * Other outcomes are those of the later tries. */
static void on_aside(struct asker *asker, const struct query_try *one, enum reply_status status,
                     const uint8_t *wire, size_t len, int64_t now)
{
    struct open_question *open = one->question;
    bool useful = status == REPLY_BYTES && len > 3 && rcode_of(wire) != RCODE_SERVFAIL &&
                  rcode_of(wire) != RCODE_REFUSED;
    note_end(asker, one, useful, now);
    asker->counts.unbelievable += status == REPLY_UNBELIEVABLE;
    if (status != REPLY_BYTES)
        return;
    asker->counts.timeouts -= one->missed;
    asker->counts.resolvers.of[one->endpoint].silent -= one->missed;
    note_latency(asker, one, now);
    if (!open || !is_answer(asker, open, wire, len))
        return;
    question_stop(asker, open);
    resolver_counts_add(&asker->counts.resolvers.of[one->endpoint], &asker->answer, has_ra(wire));
    dead_zones_answered(&asker->dead_zones, &open->question, question_address(open));
    question_deliver_reply(asker, open, wire, len);
}

static void on_outcome(struct asker *asker, struct query_try *one, enum reply_status status,
                       const uint8_t *wire, size_t len, int64_t now)
{
    if (!is_bytes(status))
        note_end(asker, one, status == REPLY_NO_EDNS || status == REPLY_UNBELIEVABLE, now);
    /* Longer than any datagram: the engine has repeated the query over TCP by itself. */
    if (status == REPLY_BYTES && one->transport == TRANSPORT_UDP &&
        len > (size_t)RESOLVER_UDP_PAYLOAD + 1) {
        asker->counts.queries++;
        asker->counts.truncated++;
        rate_limit_charge(asker->options.rate_limit, now);
    }
    if (is_bytes(status))
        on_message(asker, one, status == REPLY_NO_ZONE, wire, len, now);
    else if (status == REPLY_TIMEOUT)
        on_timeout(asker, one, now);
    else if (status == REPLY_NO_EDNS)
        again_without_edns(asker, one->question);
    else if (status == REPLY_UNBELIEVABLE)
        on_unbelievable(asker, one, now);
    else if (status == REPLY_UNREACHABLE)
        on_unreachable(asker, one, now);
    else if (status == REPLY_CLOSED)
        on_closed(asker, one, now);
    else
        on_failure(asker, one, now);
}

void asker_on_reply(void *context, void *tag, enum reply_status status, const uint8_t *wire,
                    size_t len)
{
    struct asker *asker = context;
    struct query_try one = *(struct query_try *)tag;
    int64_t now = clock_monotonic_ns();
    if (is_bytes(status) || status == REPLY_UNBELIEVABLE || status == REPLY_NO_EDNS)
        note_reply(asker, &one, wire, len, now);
    try_end(asker, tag);
    if (one.aside) {
        on_aside(asker, &one, status, wire, len, now);
    } else if (one.question->probe) {
        on_probe(asker, one.question);
    } else {
        question_forget_tries(asker, one.question);
        on_outcome(asker, &one, status, wire, len, now);
    }
}
