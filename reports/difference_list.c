#include "reports/difference_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/fix_fold.h"

enum { SERIAL_ROOM = sizeof ", serial 4294967295" };

/* ---- words ---- */

const char *question_type_text(uint16_t type)
{
    return type == RR_PTR ? "PTR" : type == RR_A ? "A" : "AAAA";
}

/* Ends a text that was cut. */
static size_t cut(char *out, size_t size, int wanted)
{
    static const char DOTS[] = "...";
    if (wanted >= 0 && (size_t)wanted < size)
        return (size_t)wanted;
    memcpy(out + size - sizeof DOTS, DOTS, sizeof DOTS);
    return size - 1;
}

size_t answer_summary_words(char *out, size_t size, const struct answer_summary *summary,
                            uint16_t type)
{
    static const char *const before[SUMMARY_KINDS] = {
        [SUMMARY_NONE] = "no answer, or an error",
        [SUMMARY_NAMES] = "",
        [SUMMARY_MANY] = "more than ten names: ",
        [SUMMARY_ALIAS] = "an alias of ",
        [SUMMARY_HELD] = "the address",
        [SUMMARY_OTHERS] = "not the address, but ",
        [SUMMARY_NOTHING] = "",
    };
    if (summary->kind == SUMMARY_NOTHING)
        return cut(out, size, snprintf(out, size, "no %s record", question_type_text(type)));
    return cut(out, size, snprintf(out, size, "%s%s", before[summary->kind], summary->text));
}

size_t server_words(char *out, size_t size, const struct run_zone_server *server)
{
    char name[DNSNAME_TEXT_MAX], address[IPADDR_TEXT_MAX];
    dnsname_print(name, &server->name);
    if (server->state == ZONE_SERVER_NO_ADDRESS)
        return cut(out, size, snprintf(out, size, "%s", name));
    ipaddr_print(address, &server->address);
    return cut(out, size, snprintf(out, size, "%s (%s)", name, address));
}

const char *server_state_words(enum zone_server_state state)
{
    static const char *const words[ZONE_SERVER_STATES] = {
        [ZONE_SERVER_NEW] = "not asked: the run ended before",
        [ZONE_SERVER_WHOLE] = "answers",
        [ZONE_SERVER_SILENT] = "does not answer",
        [ZONE_SERVER_LAME] = "lame: it does not have the zone",
        [ZONE_SERVER_NOT_ASKED_SPECIAL] = "special-purpose address: not asked",
        [ZONE_SERVER_UNREACHABLE] = "no route from here: not asked",
        [ZONE_SERVER_NO_ADDRESS] = "its name has no address",
    };

    return words[state];
}

/* ---- the list ---- */

struct difference_list *difference_list_new(void)
{
    return calloc(1, sizeof(struct difference_list));
}

void difference_list_free(struct difference_list *list)
{
    for (struct difference *next, *one = list ? list->first : NULL; one; one = next) {
        next = one->next;
        fix_problem_free(&one->addresses);
        free(one);
    }
    free(list);
}

void difference_list_fold(struct difference_list *list)
{
    for (struct difference *one = list ? list->first : NULL; one; one = one->next)
        fix_problem_count(&one->addresses);
}

/* What tells one difference from another, as octets. */
struct shape {
    size_t length;
    uint8_t octets[SHAPE_MAX];
};

static void put_shape(struct shape *shape, const void *octets, size_t length)
{
    size_t room = SHAPE_MAX - shape->length;
    size_t taken = length < room ? length : room;
    memcpy(shape->octets + shape->length, octets, taken);
    shape->length += taken;
}

static void put_octet(struct shape *shape, unsigned octet)
{
    uint8_t one = (uint8_t)octet;
    put_shape(shape, &one, 1);
}

static struct difference *find(const struct difference_list *list, const struct shape *shape)
{
    struct difference *one = list->first;
    while (one && (one->shape_length != shape->length ||
                   memcmp(one->shape, shape->octets, shape->length) != 0))
        one = one->next;
    return one;
}

/* NULL: there is no room. */
static struct difference *append(struct difference_list *list, const struct shape *shape,
                                 unsigned results)
{
    struct difference *one = NULL;
    if (list->count < DIFFERENCES_MAX)
        one = calloc(1, sizeof(*one) + results * sizeof(one->results[0]));
    if (!one)
        return NULL;
    one->shape_length = shape->length;
    memcpy(one->shape, shape->octets, shape->length);
    if (list->last)
        list->last->next = one;
    else
        list->first = one;
    list->last = one;
    list->count++;
    return one;
}

static void add_row(struct difference_list *list, struct difference *one,
                    const struct report_row *row)
{
    if (!one) {
        list->left_out++;
        return;
    }
    (void)fix_problem_add(&one->addresses, &row->address,
                          one->addresses.range_count < FIX_RANGES_MAX / 10);
    if (row->vantages->until > one->until)
        one->until = row->vantages->until;
}

/* ---- resolvers ---- */

static struct difference *begin_results(struct difference_list *list, const struct report_row *row,
                                        const struct vantage_roll *roll, const struct shape *shape)
{
    const struct row_vantages *vantages = row->vantages;
    struct difference *one = append(list, shape, vantages->result_count);
    for (unsigned i = 0; one && i < vantages->result_count; i++) {
        const struct vantage_result *from = &vantages->results[i];
        struct difference_result *result = &one->results[one->result_count];
        char names[WORDS_TEXT_MAX];
        if (from->state == RESULT_NOT_ASKED)
            continue;
        one->result_count++;
        result->group = from->group;
        snprintf(result->who, sizeof result->who, "%s",
                 i > 0 ? roll->results[i].name : "resolvers of the run");
        answer_summary_words(names, sizeof names, &from->answer.ptr, RR_PTR);
        if (from->group == GROUP_NONE)
            snprintf(result->words, sizeof result->words, "%s", names);
        else
            cut(result->words, sizeof result->words,
                snprintf(result->words, sizeof result->words, "%s: %s",
                         verdict_row(from->answer.verdict)->key, names));
    }
    if (one)
        one->example = row->address;
    return one;
}

void difference_list_add_results(struct difference_list *list, const struct report_row *row,
                                 const struct vantage_roll *roll)
{
    const struct row_vantages *vantages = row->vantages;
    struct shape shape = {0};
    if (!row_inconsistency_counts(row) || !vantages->results_differ)
        return;
    for (unsigned i = 0; i < vantages->result_count; i++) {
        put_octet(&shape, vantages->results[i].group);
        put_octet(&shape, vantages->results[i].state == RESULT_NOT_ASKED);
        put_octet(&shape, vantages->results[i].group == GROUP_NONE
                              ? 0
                              : vantages->results[i].answer.verdict);
    }
    struct difference *one = find(list, &shape);
    add_row(list, one ? one : begin_results(list, row, roll, &shape), row);
}

/* ---- name servers ---- */

/* What a server told, if it is not what the run found. */
static const struct run_difference *find_told(const struct row_vantages *vantages,
                                              const struct row_question *question,
                                              const struct ipaddr *server, uint8_t *group)
{
    for (unsigned i = question->first; i < question->first + question->count; i++) {
        if (ipaddr_equal(&vantages->told[i].server, server)) {
            *group = vantages->told_group[i];
            return &vantages->told[i];
        }
    }
    *group = question->found_group;
    return NULL;
}

static void add_server(struct difference *one, const struct row_vantages *vantages,
                       const struct row_question *question, const struct run_zone_server *server)
{
    struct difference_result *result = &one->results[one->result_count];
    const struct run_difference *told;
    if (server->state == ZONE_SERVER_NO_ADDRESS)
        return;
    told = find_told(vantages, question, &server->address, &result->group);
    if (!told && server->state != ZONE_SERVER_WHOLE)
        return; /* it was not asked this */
    one->result_count++;
    size_t used = server_words(result->who, sizeof result->who - SERIAL_ROOM, server);
    if (server->state == ZONE_SERVER_WHOLE)
        snprintf(result->who + used, sizeof result->who - used, ", serial %u", server->serial);
    answer_summary_words(result->words, sizeof result->words,
                         told ? &told->summary : &question->found, one->question.type);
}

static struct difference *begin_question(struct difference_list *list, const struct report_row *row,
                                         const struct row_question *question,
                                         const struct shape *shape)
{
    const struct row_zone *zone = question->zone;
    struct difference *one = append(list, shape, 1 + (zone ? zone->server_count : 0));
    if (!one)
        return NULL;
    one->of_servers = true;
    one->example = row->address;
    one->question.type = row->vantages->told[question->first].ask.question.type;
    dnsname_copy(&one->question.name, &row->vantages->told[question->first].ask.question.name);
    for (unsigned i = 0; zone && i < zone->server_count; i++)
        add_server(one, row->vantages, question, &zone->servers[i]);
    if (question->found_group != GROUP_NONE) {
        struct difference_result *found = &one->results[one->result_count++];
        found->group = question->found_group;
        snprintf(found->who, sizeof found->who, "resolvers of the run");
        answer_summary_words(found->words, sizeof found->words, &question->found,
                             one->question.type);
    }
    return one;
}

void difference_list_add_question(struct difference_list *list, const struct report_row *row,
                                  unsigned question, unsigned *all)
{
    const struct row_vantages *vantages = row->vantages;
    const struct row_question *asked = &vantages->questions[question];
    const struct run_difference *first = &vantages->told[asked->first];
    struct shape shape = {0};
    if (!list)
        return;
    put_octet(&shape, first->ask.question.type);
    put_octet(&shape, asked->found_group);
    put_octet(&shape, asked->found.kind);
    for (unsigned i = asked->first; i < asked->first + asked->count; i++) {
        put_octet(&shape, vantages->told_group[i]);
        put_octet(&shape, vantages->told[i].summary.kind);
        put_octet(&shape, vantages->told[i].server.family);
        put_shape(&shape, vantages->told[i].server.bytes, sizeof vantages->told[i].server.bytes);
    }
    struct difference *one = find(list, &shape);
    if (!one && *all < DIFFERENCES_ALL_MAX) {
        one = begin_question(list, row, asked, &shape);
        *all += one != NULL;
    }
    add_row(list, one, row);
}
