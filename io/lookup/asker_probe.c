#include <stdio.h>
#include <string.h>

#include "audit/message.h"
#include "io/lookup/asker.h"
#include "io/lookup/probe_question.h"
#include "io/system/clock.h"
#include "io/system/text_list.h"

enum {
    ROUND_EVERY_MS = 1000,
    STEP_MS = 20,
    /* After its first reply, how long a resolver may take to answer the question of the run. */
    GRACE_MS = 500,
    REFUSAL_MAX = 128,
    SOURCE_TEXT_MAX = RESOLVER_FAULT_TEXT_MAX + REPLY_SOURCE_TEXT_MAX,
    FIXED = PROBE_KINDS - 1,                  /* questions that do not depend on the run */
    QUESTIONS_MAX = FIXED + PROBE_SAMPLE_MAX, /* the first are those of the run */
};

/* One probe question to one resolver; the tag of its queries. */
struct probe_query {
    struct resolver_probe *to;
    unsigned number; /* of the question */
    bool over_tcp;
};

/* What one resolver has shown. */
struct resolver_probe {
    struct probe *probe;
    struct resolver_counts counts;
    bool answers; /* a question with something else than an error */
    bool replied_over_tcp;
    unsigned declined; /* questions of the run: refused, or passed back */
    unsigned replied_of_run;
    bool replied[QUESTIONS_MAX];
    int64_t first_reply_ns; /* 0: none came */
    struct probe_query queries[QUESTIONS_MAX];
    struct probe_query tcp_query;
};

struct probe {
    const struct asker_options *options;
    struct resolver *resolver;
    struct question questions[QUESTIONS_MAX];
    unsigned count;  /* of `questions` */
    unsigned of_run; /* of those, of the run */
    struct resolver_probe resolvers[ENDPOINTS_MAX];
    struct answer answer;
    /* Why the first resolver failed that did not prove its name; "": none failed. */
    char refusal[REFUSAL_MAX];
    struct reply_source sources[ENDPOINTS_MAX]; /* of silent resolvers, known at the end */
};

/* ---- replies ---- */

/* SERVFAIL may be the fault of the zone, and may pass: the resolver is asked again in the run. One
 * that filters a name may answer others. */
static bool is_usable(const struct resolver_counts *counts)
{
    return resolver_counts_fault(counts) == RESOLVER_ANSWERS ||
           counts->replies[RCODE_SERVFAIL] > 0 || counts->filtered > 0;
}

static void take_answer(struct resolver_probe *to, unsigned number, const uint8_t *wire)
{
    const struct answer *answer = &to->probe->answer;
    bool ra = wire[3] & 0x80;
    struct resolver_counts alone = {0};
    resolver_counts_add(&alone, answer, ra);
    resolver_counts_add(&to->counts, answer, ra);
    if (number < to->probe->of_run) {
        to->answers = to->answers || is_usable(&alone);
        to->declined += !is_usable(&alone);
    }
}

static void ask(struct probe *probe, unsigned endpoint, const struct probe_query *query);

static void on_reply(void *context, void *tag, enum reply_status status, const uint8_t *wire,
                     size_t len)
{
    struct probe *probe = context;
    const struct probe_query *query = tag;
    struct resolver_probe *to = query->to;
    if (status == REPLY_NO_EDNS) { /* the engine asks without it from now on */
        ask(probe, (unsigned)(to - probe->resolvers), query);
        return;
    }
    if (status != REPLY_BYTES)
        return;
    enum message_status read =
        message_read(wire, len, &probe->questions[query->number], NULL, &probe->answer);
    if (read == MESSAGE_NOT_OURS)
        return;
    if (query->over_tcp) {
        to->replied_over_tcp = true;
        return;
    }
    if (to->first_reply_ns == 0)
        to->first_reply_ns = clock_monotonic_ns();
    if (read == MESSAGE_OK && !to->replied[query->number])
        take_answer(to, query->number, wire);
    else if (read != MESSAGE_OK) /* truncated or damaged, but an answer */
        to->answers = true;
    to->replied_of_run += query->number < probe->of_run && !to->replied[query->number];
    to->replied[query->number] = true;
}

static void on_refused(void *context, const char *why)
{
    struct probe *probe = context;
    if (probe->refusal[0] == '\0')
        snprintf(probe->refusal, sizeof(probe->refusal), "%s", why);
}

/* ---- the outcome of one resolver ---- */

/* Only replies to all questions of the run can rule a resolver out: one that serves nothing but
 * some zones may refuse all others. */
static bool is_bad(const struct resolver_probe *to)
{
    unsigned of_run = to->probe->of_run;
    return of_run > 0 && to->declined == of_run &&
           (!is_usable(&to->counts) || to->counts.recursive == 0);
}

static bool has_settled(const struct resolver_probe *to, int64_t now)
{
    bool run_known = to->replied_of_run == to->probe->of_run;
    bool grace_ended = now - to->first_reply_ns >= (int64_t)GRACE_MS * 1000000;
    return run_known || grace_ended;
}

/* May the run begin with it, by what it has shown so far? */
static bool is_good(const struct resolver_probe *to)
{
    return to->answers || (to->first_reply_ns != 0 && !is_bad(to));
}

/* ---- asking ---- */

static void ask(struct probe *probe, unsigned endpoint, const struct probe_query *query)
{
    const struct asker_options *options = probe->options;
    enum transport transport = query->over_tcp ? TRANSPORT_TCP : options->transport;
    if (transport != TRANSPORT_UDP && options->engine->has_room &&
        !options->engine->has_room(probe->resolver, endpoint))
        return;
    if (rate_limit_take(options->rate_limit, clock_monotonic_ns()) == 0)
        (void)!options->engine->ask(probe->resolver, endpoint, transport, options->timeout_ms,
                                    &probe->questions[query->number], 0, (void *)(uintptr_t)query);
}

/* Each round begins with another question and another resolver: a low rate may end it early. */
static void send_round(struct probe *probe, unsigned number)
{
    const struct asker_options *options = probe->options;
    unsigned count = options->endpoint_count;
    bool over_tcp_too = options->transport == TRANSPORT_UDP && number > 0;
    for (unsigned n = 0; n < probe->count * count; n++) {
        unsigned question = (n / count + number) % probe->count;
        unsigned i = (n + number) % count;
        struct resolver_probe *to = &probe->resolvers[i];
        if (!to->replied[question])
            ask(probe, i, &to->queries[question]);
    }
    for (unsigned i = 0; over_tcp_too && i < count; i++) {
        if (probe->resolvers[i].first_reply_ns == 0)
            ask(probe, i, &probe->resolvers[i].tcp_query);
    }
}

/* ended: no further reply is waited for. */
static bool any_good(const struct probe *probe, bool ended, int64_t now)
{
    for (unsigned i = 0; i < probe->options->endpoint_count; i++) {
        const struct resolver_probe *to = &probe->resolvers[i];
        if (is_good(to) && (to->answers || ended || has_settled(to, now)))
            return true;
    }
    return false;
}

static bool all_bad(const struct probe *probe)
{
    for (unsigned i = 0; i < probe->options->endpoint_count; i++) {
        if (!is_bad(&probe->resolvers[i]))
            return false;
    }
    return true;
}

/* A round of questions every second, until a resolver is good, all are bad, or the time of all
 * tries of one question has passed. From the second round on, silent ones are asked over TCP, too.
 */
static bool ask_all(struct probe *probe)
{
    const struct asker_options *options = probe->options;
    int64_t start = clock_monotonic_ns(), next = start, now = start;
    int64_t end = start + (int64_t)options->timeout_ms * options->tries * 1000000;
    unsigned rounds = 0;
    for (; now < end && !any_good(probe, false, now) && !all_bad(probe);
         now = clock_monotonic_ns()) {
        if (now >= next) {
            send_round(probe, rounds++);
            next = now + (int64_t)ROUND_EVERY_MS * 1000000;
        }
        options->engine->run(probe->resolver, STEP_MS);
    }
    return any_good(probe, true, now);
}

/* ---- messages ---- */

static const char ADVICE[] = "nothing was asked and nothing was written. Check the resolver, name "
                             "another one with -r, or ask without one with -r recursive";

static void describe_refusal(const struct probe *probe, struct failure *failure)
{
    failure_set(
        failure, EXIT_TRY_LATER,
        "no resolver proves to be %s (%s): no question was sent and nothing was written. Check "
        "--tls-name and --tls-ca, and who answers at that address",
        probe->options->trust->name, probe->refusal);
}

static unsigned loopback_of(const struct probe *probe)
{
    return probe->of_run + PROBE_LOOPBACK - 1;
}

/* Resolvers that are silent over UDP are asked once more, from sockets that accept replies from any
 * address. */
static void find_sources(struct probe *probe)
{
    const struct asker_options *options = probe->options;
    bool silent = false;
    for (unsigned i = 0; i < options->endpoint_count; i++)
        silent = silent || probe->resolvers[i].first_reply_ns == 0;
    if (!silent || options->transport != TRANSPORT_UDP || !options->engine->find_sources)
        return;
    for (unsigned i = 0; i < options->endpoint_count; i++)
        rate_limit_charge(options->rate_limit, clock_monotonic_ns());
    options->engine->find_sources(options->endpoints, options->endpoint_count,
                                  &probe->questions[loopback_of(probe)], REPLY_SOURCE_WAIT_MS,
                                  probe->sources);
}

/* "" and 0 unless replies of the resolver come from another address. */
static size_t print_source(char out[SOURCE_TEXT_MAX], const struct probe *probe, unsigned i)
{
    out[0] = '\0';
    return probe->resolvers[i].first_reply_ns != 0
               ? 0
               : reply_source_print(out, &probe->options->endpoints[i], &probe->sources[i]);
}

static void describe_silence(const struct probe *probe, struct failure *failure)
{
    char source[SOURCE_TEXT_MAX] = "";
    const struct asker_options *options = probe->options;
    char names[ENDPOINTS_MAX * (ENDPOINT_TEXT_MAX + 2)] = "";
    bool tcp = false;
    for (unsigned i = 0; i < options->endpoint_count; i++) {
        char text[ENDPOINT_TEXT_MAX];
        endpoint_print(text, &options->endpoints[i]);
        text_list_add(names, sizeof(names), ", ", text);
        tcp = tcp || probe->resolvers[i].replied_over_tcp;
        if (source[0] == '\0')
            print_source(source, probe, i);
    }
    failure_set(
        failure, EXIT_TRY_LATER, "no resolver answers%s: %s (probed for %.1f s)%s%s%s; %s",
        tcp ? " over UDP" : "", names, (double)options->timeout_ms * options->tries / 1000.0,
        tcp ? ", but one does over TCP: try -t tcp" : "", source[0] ? "; " : "", source, ADVICE);
}

static void describe_fault(char out[SOURCE_TEXT_MAX], const struct probe *probe, unsigned i)
{
    const struct resolver_probe *to = &probe->resolvers[i];
    struct resolver_counts counts = to->counts;
    if (print_source(out, probe, i) > 0)
        return;
    /* An authoritative server that has the zones of localhost answers those. */
    if (resolver_counts_fault(&counts) == RESOLVER_ANSWERS)
        counts = (struct resolver_counts){
            .endpoint = counts.endpoint, .replies[RCODE_NOERROR] = 1, .passed_back = 1};
    if (to->first_reply_ns == 0)
        counts.silent = 1;
    resolver_fault_print(out, &counts);
}

static void print_faults(char out[FAILURE_TEXT_MAX], const struct probe *probe)
{
    out[0] = '\0';
    for (unsigned i = 0; i < probe->options->endpoint_count; i++) {
        char text[SOURCE_TEXT_MAX];
        describe_fault(text, probe, i);
        text_list_add(out, FAILURE_TEXT_MAX, "; ", text);
    }
}

static void describe_faults(const struct probe *probe, struct failure *failure)
{
    char faults[FAILURE_TEXT_MAX];
    print_faults(faults, probe);
    failure_set(failure, EXIT_TRY_LATER, "%s; %s", faults, ADVICE);
}

static void describe_other(struct probe *probe, struct failure *failure)
{
    char faults[FAILURE_TEXT_MAX];
    find_sources(probe);
    print_faults(faults, probe);
    if (probe->refusal[0] != '\0')
        failure_set(failure, EXIT_TRY_LATER, "%s: it does not prove to be %s (%s)", faults,
                    probe->options->trust->name, probe->refusal);
    else
        failure_set(failure, EXIT_TRY_LATER, "%s", faults);
}

static void describe(struct probe *probe, struct failure *failure)
{
    bool silent = true;
    find_sources(probe);
    for (unsigned i = 0; i < probe->options->endpoint_count; i++)
        silent = silent && probe->resolvers[i].first_reply_ns == 0;
    if (probe->refusal[0] != '\0')
        describe_refusal(probe, failure);
    else if (silent)
        describe_silence(probe, failure);
    else
        describe_faults(probe, failure);
}

/* ---- the probe ---- */

static void begin(struct probe *probe, const struct asker_options *options,
                  const struct probe_sample *of_run)
{
    probe->options = options;
    probe->of_run = of_run->count;
    memcpy(probe->questions, of_run->questions, of_run->count * sizeof(of_run->questions[0]));
    for (unsigned kind = PROBE_OF_RUN + 1; kind < PROBE_KINDS; kind++)
        probe_question(&probe->questions[probe->of_run + kind - 1], (enum probe_kind)kind);
    probe->count = probe->of_run + FIXED;
    for (unsigned i = 0; i < options->endpoint_count; i++) {
        struct resolver_probe *to = &probe->resolvers[i];
        to->probe = probe;
        to->counts.endpoint = options->endpoints[i];
        to->tcp_query =
            (struct probe_query){.to = to, .number = loopback_of(probe), .over_tcp = true};
        for (unsigned number = 0; number < probe->count; number++)
            to->queries[number] = (struct probe_query){.to = to, .number = number};
    }
}

typedef void describe_fn(struct probe *probe, struct failure *failure);

static bool probe_with(const struct asker_options *options, const struct probe_sample *of_run,
                       describe_fn *describe_failure, struct failure *failure)
{
    struct probe probe = {0};
    struct resolver_trust trust;
    begin(&probe, options, of_run);
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
    probe.resolver = options->engine->open(&seam, failure);
    if (!probe.resolver)
        return false;
    bool good = ask_all(&probe);
    options->engine->close(probe.resolver);
    if (!good)
        describe_failure(&probe, failure);
    return good;
}

bool asker_probe(const struct asker_options *options, const struct probe_sample *of_run,
                 struct failure *failure)
{
    return probe_with(options, of_run, describe, failure);
}

bool asker_probe_other(const struct asker_options *options, const struct probe_sample *of_run,
                       struct failure *failure)
{
    return probe_with(options, of_run, describe_other, failure);
}
