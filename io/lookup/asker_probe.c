#include <stdio.h>
#include <string.h>

#include "audit/message.h"
#include "io/lookup/asker.h"
#include "io/lookup/health.h"
#include "io/system/clock.h"

enum { PROBE_EVERY_MS = 1000, PROBE_STEP_MS = 20, REFUSAL_MAX = 128 };

struct probe {
    struct question question;
    struct answer answer;
    bool answered;
    char refusal[REFUSAL_MAX]; /* why the first resolver that did not prove who it is was not asked;
                                  "" */
};

static void on_reply(void *context, void *tag, enum reply_status status, const uint8_t *wire,
                     size_t len)
{
    (void)tag;
    struct probe *probe = context;
    if (status == REPLY_BYTES) {
        enum message_status read = message_read(wire, len, &probe->question, NULL, &probe->answer);
        if (read != MESSAGE_NOT_OURS) /* truncated or broken, but from a server that answers this
                                         question */
            probe->answered = true;
    }
}

static void on_refused(void *context, const char *why)
{
    struct probe *probe = context;
    if (probe->refusal[0] == '\0')
        snprintf(probe->refusal, sizeof(probe->refusal), "%s", why);
}

static void describe_refusal(const struct asker_options *options, const char *why,
                             struct failure *failure)
{
    failure_set(
        failure, EXIT_TRY_LATER,
        "no resolver proves to be %s (%s): no question was sent and nothing was written. Check "
        "--tls-name and --tls-ca, and who answers at that address",
        options->trust->name, why);
}

static void describe_silence(const struct asker_options *options, unsigned waited_ms,
                             struct failure *failure)
{
    char names[ENDPOINTS_MAX * (ENDPOINT_TEXT_MAX + 2)] = "";
    size_t used = 0;
    for (unsigned i = 0; i < options->endpoint_count; i++) {
        char text[ENDPOINT_TEXT_MAX];
        endpoint_print(text, &options->endpoints[i]);
        used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s", i ? ", " : "", text);
    }
    failure_set(
        failure, EXIT_TRY_LATER,
        "no resolver answers: %s (probed for %.1f s); nothing was asked and nothing was written. "
        "Check the resolver, or "
        "name another one with -r",
        names, waited_ms / 1000.0);
}

/* A probe question to each endpoint every second, until something comes back or the patience of one
 * lookup is used up. */
static bool probe_all(struct resolver *resolver, const struct asker_options *options,
                      struct probe *probe)
{
    enum transport transport = options->transport;
    int64_t start = clock_monotonic_ns(), next = start;
    int64_t end = start + (int64_t)options->timeout_ms * options->tries * 1000000;
    for (int64_t now = start; now < end && !probe->answered; now = clock_monotonic_ns()) {
        for (unsigned i = 0; now >= next && i < options->endpoint_count; i++) {
            rate_limit_charge(options->rate_limit, now);
            (void)!options->engine->ask(resolver, i, transport, options->timeout_ms,
                                        &probe->question, NULL);
        }
        if (now >= next)
            next = now + (int64_t)PROBE_EVERY_MS * 1000000;
        options->engine->run(resolver, PROBE_STEP_MS);
    }
    return probe->answered;
}

bool asker_probe(const struct asker_options *options, struct failure *failure)
{
    struct probe probe = {.question = health_probe_question()};
    struct resolver_trust trust;
    if (options->trust)
        trust = (struct resolver_trust){.name = options->trust->name,
                                        .ca_file = options->trust->ca_file,
                                        .refused = on_refused,
                                        .context = &probe};
    struct resolver_options seam = {.endpoints = options->endpoints,
                                    .count = options->endpoint_count,
                                    .tls = options->transport == TRANSPORT_TLS,
                                    .trust = options->trust ? &trust : NULL,
                                    .timeout_ms = options->timeout_ms,
                                    .give = on_reply,
                                    .asker = &probe};
    struct resolver *resolver = options->engine->open(&seam, failure);
    if (!resolver)
        return false;
    bool answered = probe_all(resolver, options, &probe);
    options->engine->close(resolver);
    if (!answered && probe.refusal[0] != '\0')
        describe_refusal(options, probe.refusal, failure);
    else if (!answered)
        describe_silence(options, options->timeout_ms * options->tries, failure);
    return answered;
}
