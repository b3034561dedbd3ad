#include "io/lookup/retry.h"

#include "audit/extended_error.h"

enum {
    PAUSE_MS = 50, /* after the first failed try */
    PAUSE_DOUBLINGS_MAX = 8,
    FREE_DOUBLINGS_MAX = 4, /* 0.8 s, after tries that do not count */
    MEMORY_MS = 1000,       /* how long many resolvers repeat a SERVFAIL (RFC 9520 3.2) */
    NS_PER_MS = 1000 * 1000
};

static int64_t pause_ns(unsigned doublings, unsigned least_ms, uint64_t random)
{
    int64_t base_ms = (int64_t)PAUSE_MS << doublings;
    int64_t base_ns = (base_ms > least_ms ? base_ms : least_ms) * NS_PER_MS;
    return base_ns + (int64_t)(random % (uint64_t)base_ns);
}

void retry_begin(struct retry *retry)
{
    *retry = (struct retry){.worst = ANSWER_SILENT};
}

void retry_sent(struct retry *retry)
{
    retry->tries++;
}

bool retry_is_repeat(const struct retry *retry)
{
    return retry->tries > 0 || retry->early > 0;
}

unsigned retry_early_ms(const struct retry_policy *policy, unsigned early, unsigned loss_timeout_ms)
{
    uint64_t wait_ms = (uint64_t)loss_timeout_ms << (early > 0 ? early - 1 : 0);
    return wait_ms < policy->timeout_ms ? (unsigned)wait_ms : 0;
}

void retry_ended_early(struct retry *retry)
{
    retry->early++;
    retry->tries--;
}

bool retry_excuse_early(struct retry *retry, const struct retry_policy *policy, int64_t waited_ms)
{
    if (waited_ms >= policy->timeout_ms || retry->early >= RETRY_EARLY_MAX)
        return false;
    retry_ended_early(retry);
    return true;
}

/* True: the try does not count. */
static bool excuse(struct retry *retry, uint8_t *so_far, uint8_t most)
{
    if (*so_far >= most)
        return false;
    ++*so_far;
    retry->tries--;
    return true;
}

static int64_t free_pause_ns(unsigned so_far, uint64_t random)
{
    unsigned doublings = so_far > 1 ? so_far - 1 : 0;
    return pause_ns(doublings < FREE_DOUBLINGS_MAX ? doublings : FREE_DOUBLINGS_MAX, 0, random);
}

bool retry_excuse_unreachable(struct retry *retry)
{
    return excuse(retry, &retry->unreachable, RETRY_UNREACHABLE_MAX);
}

int64_t retry_unreachable_pause_ns(const struct retry *retry, uint64_t random)
{
    return free_pause_ns(retry->unreachable, random);
}

bool retry_excuse_overload(struct retry *retry)
{
    return excuse(retry, &retry->overload, RETRY_OVERLOAD_MAX);
}

int64_t retry_overload_pause_ns(const struct retry *retry, uint64_t random)
{
    return free_pause_ns(retry->overload, random);
}

bool retry_is_server_error(enum answer_kind kind)
{
    return kind != ANSWER_SILENT && kind != ANSWER_UNBELIEVABLE && kind != ANSWER_TRUNCATED;
}

/* How much a failed try shows about the question. */
static unsigned weight(enum answer_kind kind)
{
    if (retry_is_server_error(kind))
        return 3;
    return kind == ANSWER_TRUNCATED ? 2 : kind == ANSWER_UNBELIEVABLE ? 1 : 0;
}

/* A server error outweighs a truncated reply, which outweighs an unbelievable one, which outweighs
 * silence. */
void retry_failed(struct retry *retry, enum answer_kind kind, uint16_t rcode, int64_t now_ns)
{
    if (retry_is_server_error(kind) && !retry_is_server_error(retry->worst))
        retry->error_ns = now_ns;
    if (weight(kind) >= weight(retry->worst)) {
        retry->worst = kind;
        retry->rcode = rcode;
    }
}

void retry_explained(struct retry *retry, uint16_t extended_error)
{
    retry->extended_error = extended_error_heavier(retry->extended_error, extended_error);
}

/* Pauses grow: a SERVFAIL may pass within a second, or within half a minute. */
static int64_t next_pause_ns(const struct retry *retry, unsigned least_ms, uint64_t random)
{
    unsigned doublings = retry->tries > 1 ? retry->tries - 1u : 0;
    return pause_ns(doublings < PAUSE_DOUBLINGS_MAX ? doublings : PAUSE_DOUBLINGS_MAX, least_ms,
                    random);
}

/* A SERVFAIL that came twice: the second may have been the resolver's memory of the first, and so
 * may all others before that ends. */
static int64_t memory_ns(const struct retry *retry)
{
    bool twice = retry->worst == ANSWER_SERVFAIL && retry->tries > 1;
    return twice ? (int64_t)MEMORY_MS * NS_PER_MS : 0;
}

int64_t retry_pause_ns(const struct retry *retry, const struct retry_policy *policy, int64_t now_ns,
                       unsigned least_ms, uint64_t random)
{
    int64_t left_ns = 0;
    if (retry_is_server_error(retry->worst))
        left_ns = retry->error_ns + (int64_t)policy->patience_ms * NS_PER_MS - now_ns;
    if (left_ns <= 0 && retry->tries >= policy->tries)
        return RETRY_OVER;
    int64_t next_ns = next_pause_ns(retry, least_ms, random);
    if (left_ns <= 0)
        return next_ns;
    next_ns += memory_ns(retry);
    return next_ns > left_ns ? left_ns : next_ns;
}

bool retry_is_for_tcp(const struct retry *retry, const struct retry_policy *policy,
                      enum answer_kind kind)
{
    return retry->tries + 1u == policy->tries ||
           (retry->tries >= policy->tries && !retry_is_server_error(kind));
}
