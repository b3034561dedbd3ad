/*
 * Master files of any octets: a file loads, or one line says why not. The answer of a loaded zone
 * is a message that the program's own reader accepts. The first byte chooses the type asked for.
 */
#include <string.h>

#include "audit/message.h"
#include "io/resolver/zone_text.h"
#include "io/resolver/zones.h"
#include "tests/fuzz/fuzz.h"

struct fuzzing {
    struct question question;
    unsigned given;
};

static void take(void *asker, void *tag, enum reply_status status, const uint8_t *wire, size_t len)
{
    struct fuzzing *fuzzing = asker;
    static struct answer answer;
    REQUIRE(tag == fuzzing && (status == REPLY_BYTES || status == REPLY_NO_ZONE));
    REQUIRE(message_read(wire, len, &fuzzing->question, NULL, &answer) == MESSAGE_OK);
    fuzzing->given++;
}

static void ask(struct resolver *resolver, struct fuzzing *fuzzing, const struct dnsname *name)
{
    unsigned before = fuzzing->given;
    dnsname_copy(&fuzzing->question.name, name);
    REQUIRE(resolver_zones.ask(resolver, 0, TRANSPORT_TCP, 2000, &fuzzing->question, 0, fuzzing));
    REQUIRE(fuzzing->given == before + 1);
}

/* Words of the text, both unchanged and as names below the apex. */
static void ask_words(struct resolver *resolver, struct fuzzing *fuzzing,
                      const struct dnsname *apex, const char *text, size_t length)
{
    char name[DNSNAME_TEXT_MAX + 64];
    char zone[DNSNAME_TEXT_MAX];
    struct dnsname parsed;
    dnsname_print_absolute(zone, apex);
    for (size_t at = 0, word; at < length; at += word + 1) {
        for (word = 0; at + word < length && !strchr(" \t\r\n();\"", text[at + word]); word++)
            ;
        if (word == 0 || word > 63)
            continue;
        if (dnsname_from_text(&parsed, text + at, word))
            ask(resolver, fuzzing, &parsed);
        int printed = snprintf(name, sizeof name, "%.*s.%s", (int)word, text + at, zone);
        if (dnsname_from_text(&parsed, name, (size_t)printed))
            ask(resolver, fuzzing, &parsed);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint16_t types[] = {RR_PTR, RR_A, RR_AAAA, RR_NS, RR_SOA};
    if (size == 0)
        return 0;
    struct failure failure = {0};
    struct fuzzing fuzzing = {.question.type = types[data[0] % 5]};
    struct zone_set *set = zone_set_new();
    REQUIRE(set);
    const char *text = (const char *)data + 1;
    bool loaded = zone_text_load(set, NULL, "zone", text, size - 1, &failure);
    REQUIRE(loaded == !failure_is_set(&failure));
    if (loaded) {
        struct resolver_options options = {.zones = set, .give = take, .asker = &fuzzing};
        struct resolver *resolver = resolver_zones.open(&options, &failure);
        REQUIRE(resolver);
        const struct zone *zone = zone_set_at(set, 0);
        REQUIRE(zone_set_count(set) == 1 && zone_soa(zone));
        ask(resolver, &fuzzing, zone_apex(zone));
        ask_words(resolver, &fuzzing, zone_apex(zone), text, size - 1);
        resolver_zones.close(resolver);
    }
    zone_set_free(set);
    return 0;
}
