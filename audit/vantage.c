#include "audit/vantage.h"

#include <stdlib.h>
#include <string.h>

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* One name in lower case; *used moves behind it. */
static char *put_name(char *text, size_t *used, const struct dnsname *name)
{
    struct dnsname lower;
    char *at = text + *used;
    dnsname_copy(&lower, name);
    dnsname_lower(&lower);
    *used += dnsname_print(at, &lower) + 1;
    return at;
}

static void tell_names(struct telling *out, const struct answer *answer)
{
    char texts[TELLING_TEXT_MAX];
    char *names[ANSWER_NAMES_MAX] = {0};
    size_t room = 0, used = 0;
    out->kind = answer->total > answer->kept ? TELLING_MANY : TELLING_NAMES;
    for (unsigned i = 0; i < answer->kept; i++)
        names[i] = put_name(texts, &room, &answer->records.names[i]);
    qsort(names, answer->kept, sizeof(names[0]), by_text);
    for (unsigned i = 0; i < answer->kept; i++) {
        size_t length = strlen(names[i]);
        if (i > 0)
            out->text[used++] = ' ';
        memcpy(out->text + used, names[i], length + 1);
        used += length;
    }
}

static void tell_addresses(struct telling *out, const struct answer *answer)
{
    size_t used = 0;
    out->kind = answer->holds ? TELLING_HELD : TELLING_OTHERS;
    for (unsigned i = 0; !answer->holds && i < answer->kept; i++) {
        if (i > 0)
            out->text[used++] = ' ';
        used += ipaddr_print(out->text + used, &answer->records.addresses[i]);
    }
}

void telling_of(struct telling *out, const struct answer *answer, uint16_t type, bool at_end)
{
    size_t used = 0;
    out->text[0] = '\0';
    if (answer_is_temporary(answer)) {
        out->kind = TELLING_NONE;
    } else if (answer->alias_count > 0 && !at_end) {
        out->kind = TELLING_ALIAS;
        put_name(out->text, &used, &answer->aliases[0]);
    } else if (answer->kind != ANSWER_RECORDS) {
        out->kind = TELLING_NOTHING;
    } else if (type == RR_PTR) {
        tell_names(out, answer);
    } else {
        tell_addresses(out, answer);
    }
}

static bool is_names(const struct telling *telling)
{
    return telling->kind == TELLING_NAMES || telling->kind == TELLING_MANY;
}

bool telling_differs(const struct telling *a, const struct telling *b)
{
    if (a->kind == TELLING_NONE || b->kind == TELLING_NONE)
        return false;
    if (is_names(a) && is_names(b) && (a->kind == TELLING_MANY || b->kind == TELLING_MANY))
        return false;
    if (a->kind != b->kind)
        return true;
    return (a->kind == TELLING_NAMES || a->kind == TELLING_ALIAS) && strcmp(a->text, b->text) != 0;
}

static void add_ask(struct zone_asks *asks, const struct dnsname *name, uint16_t type, bool at_end,
                    const struct answer *answer)
{
    if (!zone_asks_find(asks, type, name))
        asks->asks[asks->count++] =
            (struct zone_ask){.name = name, .type = type, .at_end = at_end, .answer = answer};
}

static void add_asks(struct zone_asks *asks, const struct dnsname *name, uint16_t type,
                     const struct answer *answer)
{
    add_ask(asks, name, type, false, answer);
    if (answer->alias_count > 0 && !answer_is_temporary(answer))
        add_ask(asks, &answer->aliases[answer->alias_count - 1], type, true, answer);
}

void zone_asks_of(struct zone_asks *out, const struct ipaddr *address,
                  const struct observation *seen)
{
    out->count = 0;
    ipaddr_reverse_name(&out->reverse, address);
    add_asks(out, &out->reverse, RR_PTR, &seen->ptr);
    for (unsigned i = 0; i < seen->forward_count; i++)
        add_asks(out, &seen->forwards[i].host, address->family == IP_V4 ? RR_A : RR_AAAA,
                 &seen->forwards[i].answer);
}

const struct zone_ask *zone_asks_find(const struct zone_asks *asks, uint16_t type,
                                      const struct dnsname *name)
{
    for (unsigned i = 0; i < asks->count; i++) {
        if (asks->asks[i].type == type && dnsname_equal(asks->asks[i].name, name))
            return &asks->asks[i];
    }
    return NULL;
}

static void extend(int64_t *until, int64_t checked_at, const struct answer *answer)
{
    int64_t gone = checked_at + answer_longest_ttl(answer);
    if (!answer_is_temporary(answer) && gone > *until)
        *until = gone;
}

void view_of(struct view *out, const struct evidence *evidence)
{
    struct judgement judgement;
    const struct observation *seen = evidence->seen;
    out->until = evidence->checked_at;
    out->verdict = VERDICT_UNANSWERED;
    out->ptr.kind = TELLING_NONE;
    out->ptr.text[0] = '\0';
    if (!seen)
        return;
    verdict_of(&judgement, evidence);
    out->verdict = judgement.verdict;
    telling_of(&out->ptr, &seen->ptr, RR_PTR, true);
    extend(&out->until, evidence->checked_at, &seen->ptr);
    for (unsigned i = 0; i < seen->forward_count; i++)
        extend(&out->until, evidence->checked_at, &seen->forwards[i].answer);
}

static bool is_temporary(enum verdict verdict)
{
    return verdict_row(verdict)->iprev == IPREV_TEMPERROR;
}

bool view_is_known(const struct view *view)
{
    return view->ptr.kind != TELLING_NONE;
}

bool view_differs(const struct view *a, const struct view *b)
{
    if (!view_is_known(a) || !view_is_known(b))
        return false;
    if (telling_differs(&a->ptr, &b->ptr))
        return true;
    return a->verdict != b->verdict && !is_temporary(a->verdict) && !is_temporary(b->verdict);
}

void judgement_find_inconsistent(struct judgement *judgement, int64_t until)
{
    judgement->findings |= UINT32_C(1) << FINDING_INCONSISTENT;
    judgement->timed_findings |= UINT32_C(1) << FINDING_INCONSISTENT;
    judgement->finding_after[FINDING_INCONSISTENT] = until;
    judgement_weigh(judgement);
}
