#include "reports/difference_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/vantage_words.h"

enum { SERIAL_ROOM = sizeof(", serial 4294967295") };

struct difference_list *difference_list_new(void)
{
    return calloc(1, sizeof(struct difference_list));
}

void difference_list_free(struct difference_list *list)
{
    for (struct difference *next, *one = list ? list->first : NULL; one; one = next) {
        next = one->next;
        address_ranges_free(&one->addresses);
        free(one);
    }
    free(list);
}

void difference_list_fold(struct difference_list *list)
{
    for (struct difference *one = list ? list->first : NULL; one; one = one->next)
        address_ranges_fold(&one->addresses);
}

/* The identity of a difference, as octets. */
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

/* NULL: no room. */
static struct difference *append(struct difference_list *list, const struct shape *shape,
                                 unsigned sources)
{
    struct difference *one = NULL;

    if (list->count < DIFFERENCES_MAX)
        one = calloc(1, sizeof(*one) + sources * sizeof(one->results[0]));
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
    (void)address_ranges_add(&one->addresses, &row->address,
                             one->addresses.range_count < DIFFERENCE_RANGES_MAX);
    if (row->vantages->until > one->until)
        one->until = row->vantages->until;
}

/* ---- resolvers ---- */

static struct difference *begin_resolvers(struct difference_list *list,
                                          const struct report_row *row,
                                          const struct vantage_overview *overview,
                                          const struct shape *shape)
{
    const struct row_vantages *vantages = row->vantages;
    struct difference *one = append(list, shape, vantages->result_count);

    for (unsigned i = 0; one && i < vantages->result_count; i++) {
        const struct vantage_result *from = &vantages->results[i];
        struct difference_result *source = &one->results[one->result_count];
        char names[WORDS_TEXT_MAX];

        if (from->state == RESULT_NOT_ASKED)
            continue;
        one->result_count++;
        source->group = from->group;
        snprintf(source->who, sizeof(source->who), "%s",
                 i > 0 ? overview->resolvers[i].name : "resolvers of the run");
        answer_summary_words(names, sizeof(names), &from->answer.ptr, RR_PTR);
        if (from->group == GROUP_NONE)
            snprintf(source->words, sizeof(source->words), "%s", names);
        else
            cut_text(source->words, sizeof(source->words),
                     snprintf(source->words, sizeof(source->words), "%s: %s",
                              verdict_row(from->answer.verdict)->key, names));
    }
    if (one)
        one->example = row->address;
    return one;
}

void difference_list_add_results(struct difference_list *list, const struct report_row *row,
                                 const struct vantage_overview *overview)
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
    add_row(list, one ? one : begin_resolvers(list, row, overview, &shape), row);
}

/* ---- name servers ---- */

/* The server's answer if it differs from what the run found. */
static const struct run_difference *find_answer(const struct row_vantages *vantages,
                                                const struct row_question *question,
                                                const struct ipaddr *server, uint8_t *group)
{
    for (unsigned i = question->first; i < question->first + question->count; i++) {
        if (ipaddr_equal(&vantages->answers[i].server, server)) {
            *group = vantages->answer_groups[i];
            return &vantages->answers[i];
        }
    }
    *group = question->found_group;
    return NULL;
}

static void add_server(struct difference *one, const struct row_vantages *vantages,
                       const struct row_question *question, const struct run_zone_server *server)
{
    struct difference_result *source = &one->results[one->result_count];
    const struct run_difference *told;

    if (server->state == ZONE_SERVER_NO_ADDRESS)
        return;
    told = find_answer(vantages, question, &server->address, &source->group);
    if (!told && server->state != ZONE_SERVER_WHOLE)
        return; /* this server was not asked the question */
    one->result_count++;
    size_t used = server_words(source->who, sizeof(source->who) - SERIAL_ROOM, server);
    if (server->state == ZONE_SERVER_WHOLE)
        snprintf(source->who + used, sizeof(source->who) - used, ", serial %u", server->serial);
    answer_summary_words(source->words, sizeof(source->words),
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
    one->question.type = row->vantages->answers[question->first].ask.question.type;
    dnsname_copy(&one->question.name, &row->vantages->answers[question->first].ask.question.name);
    for (unsigned i = 0; zone && i < zone->server_count; i++)
        add_server(one, row->vantages, question, &zone->servers[i]);
    if (question->found_group != GROUP_NONE) {
        struct difference_result *found = &one->results[one->result_count++];

        found->group = question->found_group;
        snprintf(found->who, sizeof(found->who), "resolvers of the run");
        answer_summary_words(found->words, sizeof(found->words), &question->found,
                             one->question.type);
    }
    return one;
}

void difference_list_add_question(struct difference_list *list, const struct report_row *row,
                                  unsigned question, unsigned *all)
{
    const struct row_vantages *vantages = row->vantages;
    const struct row_question *asked = &vantages->questions[question];
    const struct run_difference *first = &vantages->answers[asked->first];
    struct shape shape = {0};

    if (!list)
        return;
    put_octet(&shape, first->ask.question.type);
    put_octet(&shape, asked->found_group);
    put_octet(&shape, asked->found.kind);
    for (unsigned i = asked->first; i < asked->first + asked->count; i++) {
        put_octet(&shape, vantages->answer_groups[i]);
        put_octet(&shape, vantages->answers[i].summary.kind);
        put_octet(&shape, vantages->answers[i].server.family);
        put_shape(&shape, vantages->answers[i].server.bytes,
                  sizeof(vantages->answers[i].server.bytes));
    }
    struct difference *one = find(list, &shape);
    if (!one && *all < DIFFERENCES_ALL_MAX) {
        one = begin_question(list, row, asked, &shape);
        *all += one != NULL;
    }
    add_row(list, one, row);
}
