#include "audit/vantage.h"

#include <stdlib.h>
#include <string.h>

#include "audit/verdict.h"

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Writes one name in lower case and advances *used past it. */
static char *put_name(char *text, size_t *used, const struct dnsname *name)
{
    struct dnsname lower;
    char *at = text + *used;
    dnsname_copy(&lower, name);
    dnsname_lower(&lower);
    *used += dnsname_print(at, &lower) + 1;
    return at;
}

static void summarize_names(struct answer_summary *out, const struct answer *answer)
{
    char texts[ANSWER_SUMMARY_TEXT_MAX];
    char *names[ANSWER_NAMES_MAX] = {0};
    size_t room = 0, used = 0;
    out->kind = answer->total > answer->kept || answer->truncated ? SUMMARY_MANY : SUMMARY_NAMES;
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

static void summarize_addresses(struct answer_summary *out, const struct answer *answer)
{
    size_t used = 0;
    out->kind = answer->holds ? SUMMARY_HELD : SUMMARY_OTHERS;
    for (unsigned i = 0; !answer->holds && i < answer->kept; i++) {
        if (i > 0)
            out->text[used++] = ' ';
        used += ipaddr_print(out->text + used, &answer->records.addresses[i]);
    }
}

void answer_summary_of(struct answer_summary *out, const struct answer *answer, uint16_t type,
                       bool at_end)
{
    size_t used = 0;
    out->text[0] = '\0';
    if (answer->alias_count > 0 && !at_end) {
        out->kind = SUMMARY_ALIAS; /* even if the lookup of its target failed */
        put_name(out->text, &used, &answer->aliases[0]);
    } else if (answer_is_temporary(answer)) {
        out->kind = SUMMARY_NONE;
    } else if (answer->kind != ANSWER_RECORDS) {
        out->kind = SUMMARY_NOTHING;
    } else if (type == RR_PTR) {
        summarize_names(out, answer);
    } else {
        summarize_addresses(out, answer);
    }
}

static bool is_names(const struct answer_summary *summary)
{
    return summary->kind == SUMMARY_NAMES || summary->kind == SUMMARY_MANY;
}

bool answer_summary_differs(const struct answer_summary *a, const struct answer_summary *b)
{
    if (a->kind == SUMMARY_NONE || b->kind == SUMMARY_NONE)
        return false;
    if (is_names(a) && is_names(b) && (a->kind == SUMMARY_MANY || b->kind == SUMMARY_MANY))
        return false;
    if (a->kind != b->kind)
        return true;
    return (a->kind == SUMMARY_NAMES || a->kind == SUMMARY_ALIAS) && strcmp(a->text, b->text) != 0;
}

bool answer_summary_refutes(const struct answer_summary *summary, uint16_t type,
                            enum verdict verdict)
{
    if (summary->kind == SUMMARY_NONE || summary->kind == SUMMARY_NOTHING)
        return false;
    if (type == RR_PTR)
        return true;
    return summary->kind != SUMMARY_OTHERS &&
           (verdict == VERDICT_NO_FORWARD || verdict == VERDICT_FORWARD_MISMATCH);
}

static void add_server_question(struct server_questions *questions, const struct dnsname *name,
                                uint16_t type, bool at_end, const struct answer *answer)
{
    if (!server_questions_find(questions, type, name))
        questions->questions[questions->count++] = (struct server_question){
            .name = name, .type = type, .at_end = at_end, .answer = answer};
}

static void add_server_questions(struct server_questions *questions, const struct dnsname *name,
                                 uint16_t type, const struct answer *answer)
{
    add_server_question(questions, name, type, false, answer);
    if (answer->alias_count > 0 && !answer_is_temporary(answer))
        add_server_question(questions, &answer->aliases[answer->alias_count - 1], type, true,
                            answer);
}

void server_questions_of(struct server_questions *out, const struct ipaddr *address,
                         const struct observation *seen)
{
    out->count = 0;
    ipaddr_reverse_name(&out->reverse, address);
    add_server_questions(out, &out->reverse, RR_PTR, &seen->ptr);
    for (unsigned i = 0; i < seen->forward_count; i++)
        add_server_questions(out, &seen->forwards[i].host,
                             address->family == IP_V4 ? RR_A : RR_AAAA, &seen->forwards[i].answer);
}

const struct server_question *server_questions_find(const struct server_questions *questions,
                                                    uint16_t type, const struct dnsname *name)
{
    for (unsigned i = 0; i < questions->count; i++) {
        if (questions->questions[i].type == type &&
            dnsname_equal(questions->questions[i].name, name))
            return &questions->questions[i];
    }
    return NULL;
}

static void extend(int64_t *until, int64_t checked_at, const struct answer *answer)
{
    int64_t gone = checked_at + answer_longest_ttl(answer);
    if (!answer_is_temporary(answer) && gone > *until)
        *until = gone;
}

void vantage_answer_of(struct vantage_answer *out, const struct evidence *evidence)
{
    struct judgement judgement;
    const struct observation *seen = evidence->seen;
    out->until = evidence->checked_at;
    out->verdict = VERDICT_UNANSWERED;
    out->ptr.kind = SUMMARY_NONE;
    out->ptr.text[0] = '\0';
    if (!seen)
        return;
    verdict_of(&judgement, evidence);
    out->verdict = judgement.verdict;
    answer_summary_of(&out->ptr, &seen->ptr, RR_PTR, true);
    extend(&out->until, evidence->checked_at, &seen->ptr);
    for (unsigned i = 0; i < seen->forward_count; i++)
        extend(&out->until, evidence->checked_at, &seen->forwards[i].answer);
}

static bool is_temporary(enum verdict verdict)
{
    return verdict_row(verdict)->iprev == IPREV_TEMPERROR;
}

bool vantage_answer_is_known(const struct vantage_answer *answer)
{
    return answer->ptr.kind != SUMMARY_NONE;
}

bool vantage_answer_differs(const struct vantage_answer *a, const struct vantage_answer *b)
{
    if (answer_summary_differs(&a->ptr, &b->ptr))
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
