#include "audit/message.h"
#include "io/lookup/asker_private.h"
#include "io/system/clock.h"

enum { TROUBLE_PART = 8 }; /* of the patience: the least pause of questions in a zone that fails */

/* In a zone that is dead a question is tried once, to see whether it still is. */
static struct retry_policy policy_of(struct asker *asker, const struct lookup *lookup)
{
    struct retry_policy policy = asker->policy;
    if (breaker_is_dead(&asker->breaker, &lookup->question, lookup_address(lookup))) {
        policy.tries = 1;
        policy.patience_ms = 0;
    }
    return policy;
}

void lookup_failed(struct asker *asker, struct lookup *lookup, enum answer_kind kind,
                   uint16_t rcode)
{
    int64_t now = clock_monotonic_ns();
    const struct ipaddr *address = lookup_address(lookup);
    retry_failed(&lookup->retry, kind, rcode, now);
    breaker_try_failed(&asker->breaker, &lookup->question, address);
    struct retry_policy policy = policy_of(asker, lookup);
    bool trouble = breaker_is_in_trouble(&asker->breaker, &lookup->question, address);
    unsigned least_ms = trouble && retry_is_told(kind) ? policy.patience_ms / TROUBLE_PART : 0;
    int64_t pause_ns = retry_pause_ns(&lookup->retry, &policy, now, least_ms, asker_random(asker));
    if (pause_ns == RETRY_OVER) {
        breaker_question_failed(&asker->breaker, &lookup->question, address);
        lookup_deliver_failure(asker, lookup);
        return;
    }
    lookup->endpoint = health_next(&asker->health, lookup->endpoint);
    if (asker->options.transport == TRANSPORT_UDP)
        lookup->over_tcp = retry_is_for_tcp(&lookup->retry, &policy, kind);
    lookup_repeat_later(asker, lookup, now + pause_ns);
}

/* The same question again over TCP, at once: the reply was genuine but too short. It is no failed
 * try, unless TCP was used already. */
static void again_over_tcp(struct asker *asker, struct lookup *lookup)
{
    asker->counts.truncated++;
    /* Where TCP is blocked this is all that is known. */
    retry_failed(&lookup->retry, ANSWER_UNBELIEVABLE, 0, lookup->sent_ns);
    if (lookup->transport != TRANSPORT_UDP) {
        lookup_failed(asker, lookup, ANSWER_UNBELIEVABLE, 0);
        return;
    }
    lookup->retry.tries--;
    lookup->over_tcp = true;
    TAILQ_INSERT_HEAD(&asker->soon, lookup, link);
}

/* Did the resolver do its work? What it refuses or fails at may be too much for it; what is too
 * long for a datagram is not. */
static bool is_of_use(enum message_status read, const struct answer *answer)
{
    if (read == MESSAGE_OK)
        return answer->kind != ANSWER_SERVFAIL && answer->kind != ANSWER_REFUSED;
    return read != MESSAGE_NOT_OURS;
}

/* Three losses in a row are rare, slow names are not: an answer to the try behind the short ones
 * counts from the first. */
static void note_latency(struct asker *asker, const struct lookup *lookup, int64_t now)
{
    histogram_add(&asker->counts.latency, (uint64_t)(now - lookup->sent_ns) / 1000);
    bool slow = lookup->retry.early == RETRY_EARLY_MAX && lookup->retry.tries == 1;
    early_add(&asker->early, now - (slow ? lookup->retry.asked_ns : lookup->sent_ns));
}

/* Names that carry many addresses come in crowds. Over TCP each of them takes one query, not two.
 */
static void note_length(struct asker *asker, const struct lookup *lookup, size_t len)
{
    if (lookup->question.type == RR_PTR)
        return;
    if (len <= (size_t)RESOLVER_UDP_PAYLOAD)
        asker->long_replies = 0;
    else if (asker->long_replies < LONG_REPLIES)
        asker->long_replies++;
}

static void on_message(struct asker *asker, struct lookup *lookup, bool no_zone,
                       const uint8_t *wire, size_t len, int64_t now)
{
    struct answer *answer = &asker->answer;
    enum message_status read =
        message_read(wire, len, &lookup->question, lookup_address(lookup), answer);
    if (!lookup->again && is_of_use(read, answer))
        governor_answered(&asker->share, lookup->endpoint, lookup->sent_ns, now);
    switch (read) {
    case MESSAGE_OK:
        break;
    case MESSAGE_TRUNCATED:
    case MESSAGE_MALFORMED:
        again_over_tcp(asker, lookup);
        return;
    case MESSAGE_NOT_OURS:
        asker->counts.unbelievable++;
        lookup_failed(asker, lookup, ANSWER_UNBELIEVABLE, 0);
        return;
    }
    note_latency(asker, lookup, now);
    note_length(asker, lookup, len);
    if (no_zone)
        answer->kind = ANSWER_NO_ZONE;
    bool error = answer->kind == ANSWER_SERVFAIL || answer->kind == ANSWER_REFUSED ||
                 answer->kind == ANSWER_OTHER_RCODE;
    if (error) {
        lookup_failed(asker, lookup, answer->kind, answer->rcode);
    } else {
        breaker_answered(&asker->breaker, &lookup->question, lookup_address(lookup));
        lookup_deliver_reply(asker, lookup, wire, len);
    }
}

static void on_probe(struct asker *asker, struct lookup *lookup)
{
    health_probe_ended(&asker->health, lookup->endpoint);
    TAILQ_INSERT_HEAD(&asker->spare, lookup, link);
}

/* While a resolver is out, tries that end in silence there tell nothing about the question: they do
 * not count. */
static void on_silence(struct asker *asker, struct lookup *lookup)
{
    if (health_is_out(&asker->health, lookup->endpoint))
        lookup->retry.tries--;
    lookup_failed(asker, lookup, ANSWER_SILENT, 0);
}

static int64_t waited_ms(const struct lookup *lookup, int64_t now)
{
    int64_t ms = (now - lookup->sent_ns) / 1000000;
    /* Timers may fire a few milliseconds early; what fires much earlier was set by a clock that
     * jumped. */
    return ms > lookup->timeout_ms / 2 && ms < lookup->timeout_ms ? lookup->timeout_ms : ms;
}

static void on_timeout(struct asker *asker, struct lookup *lookup, int64_t now)
{
    asker->counts.timeouts++;
    bool early = retry_is_early(&lookup->retry, &asker->policy, waited_ms(lookup, now));
    asker->counts.outages +=
        early ? health_missed_early(&asker->health, lookup->endpoint, now, asker->policy.timeout_ms)
              : health_missed(&asker->health, lookup->endpoint, now);
    if (!early) {
        on_silence(asker, lookup);
        return;
    }
    lookup->endpoint = health_next(&asker->health, lookup->endpoint);
    lookup_repeat(asker, lookup);
}

/* A stream that fails speaks against the resolver's health where streams are all that is used. */
static void on_failure(struct asker *asker, struct lookup *lookup, int64_t now)
{
    asker->counts.failed++;
    if (asker->options.transport != TRANSPORT_UDP &&
        health_missed(&asker->health, lookup->endpoint, now))
        asker->counts.outages++;
    on_silence(asker, lookup);
}

void asker_on_reply(void *context, void *tag, enum reply_status status, const uint8_t *wire,
                    size_t len)
{
    bool bytes = status == REPLY_BYTES || status == REPLY_NO_ZONE;
    struct asker *asker = context;
    struct lookup *lookup = tag;
    int64_t now = clock_monotonic_ns();
    if (bytes)
        health_replied(&asker->health, lookup->endpoint, now);
    TAILQ_REMOVE(&asker->flying, lookup, link);
    if (lookup->probe) {
        on_probe(asker, lookup);
        return;
    }
    asker->in_flight--;
    asker->again_in_flight -= lookup->again;
    /* More than any datagram holds: an engine that goes on over TCP by itself has sent a second
     * query. */
    if (status == REPLY_BYTES && lookup->transport == TRANSPORT_UDP &&
        len > (size_t)RESOLVER_UDP_PAYLOAD + 1) {
        asker->counts.queries++;
        asker->counts.truncated++;
        pacer_charge(asker->options.pacer, now);
    }
    if (bytes)
        on_message(asker, lookup, status == REPLY_NO_ZONE, wire, len, now);
    else if (status == REPLY_TIMEOUT)
        on_timeout(asker, lookup, now);
    else
        on_failure(asker, lookup, now);
}
