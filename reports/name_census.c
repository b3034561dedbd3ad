#include "reports/name_census.h"

#include <stdlib.h>
#include <string.h>

#include "audit/ascii.h"
#include "io/system/heap.h"
#include "reports/name_hash.h"
#include "reports/name_sketch.h"

enum {
    CHAINS = 2 * CENSUS_NAMES_MAX,
    NO_NAME = 0xFFFFFFFF,
    CANCEL_EVERY = 4096, /* addresses between two polls of `cancelled` */
};

struct counted_name {
    uint64_t hash;
    uint64_t addresses;
    struct ipaddr last; /* last address counted; addresses are sorted */
    uint32_t at_most;   /* bound from the sketch */
    uint32_t next;      /* in its chain, or NO_NAME */
    uint32_t begin;     /* of its octets in `wires` */
    uint8_t size;       /* of its octets */
};

struct name_census {
    uint64_t least;
    struct name_sketch *sketch; /* only while counting */
    unsigned used;
    uint32_t *chains;
    struct counted_name *names; /* NULL: no name can be shared */
    uint8_t *wires;             /* the names in lower case, in order, without gaps */
    uint32_t wires_used;        /* untouched pages cost no memory */
};

/* The facts of one run, ordered by address. */
struct reading {
    struct run_file *run;
    struct run_facts facts; /* their octets are valid for the run that was read last */
};

/* The runs that have facts left. */
struct readings {
    struct reading *all;
    void **heap; /* of struct reading; the lowest address first */
    unsigned size;
};

struct counting {
    const struct census_job *job;
    struct name_census *census;
    uint64_t addresses;
    struct failure *failure;
};

/* ---- names ---- */

static const uint8_t *wire_of(const struct name_census *census, const struct counted_name *counted)
{
    return census->wires + counted->begin;
}

static bool is_name(const struct name_census *census, const struct counted_name *counted,
                    uint64_t hash, const uint8_t *wire, size_t size)
{
    bool same = counted->hash == hash && counted->size == size;
    const uint8_t *own = wire_of(census, counted);

    for (size_t i = 0; i < size && same; i++)
        same = own[i] == ascii_lower(wire[i]);
    return same;
}

static struct counted_name *find(const struct name_census *census, uint64_t hash,
                                 const uint8_t *wire, size_t size)
{
    for (uint32_t i = census->chains[hash % CHAINS]; i != NO_NAME; i = census->names[i].next)
        if (is_name(census, &census->names[i], hash, wire, size))
            return &census->names[i];
    return NULL;
}

/* The new place follows those in use. The octets may already lie further up, so the areas can
 * overlap. */
static void keep_wire(struct name_census *census, struct counted_name *counted, const uint8_t *wire)
{
    memmove(census->wires + census->wires_used, wire, counted->size);
    counted->begin = census->wires_used;
    census->wires_used += counted->size;
}

static void link_name(struct name_census *census, uint32_t index)
{
    uint32_t *chain = &census->chains[census->names[index].hash % CHAINS];

    census->names[index].next = *chain;
    *chain = index;
}

/* Drops the names for which `keep` is false. */
static void sift(struct name_census *census,
                 bool (*keep)(const struct counted_name *, uint64_t least))
{
    unsigned kept = 0;

    memset(census->chains, 0xFF, CHAINS * sizeof(census->chains[0]));
    census->wires_used = 0;
    for (unsigned i = 0; i < census->used; i++) {
        if (!keep(&census->names[i], census->least))
            continue;
        census->names[kept] = census->names[i];
        keep_wire(census, &census->names[kept], wire_of(census, &census->names[i]));
        link_name(census, kept++);
    }
    census->used = kept;
}

static bool may_reach(const struct counted_name *counted, uint64_t least)
{
    return counted->at_most >= least;
}

static bool reaches(const struct counted_name *counted, uint64_t least)
{
    return counted->addresses >= least;
}

/* The sketch is final: a dropped name does not return, and a kept name has been counted since its
 * first address. */
static struct counted_name *add_name(struct name_census *census, uint64_t hash, uint32_t at_most,
                                     const uint8_t *wire, size_t size)
{
    while (census->used == CENSUS_NAMES_MAX) {
        census->least++;
        sift(census, may_reach);
    }
    if (at_most < census->least)
        return NULL;
    struct counted_name *counted = &census->names[census->used];
    counted->hash = hash;
    counted->addresses = 0;
    counted->at_most = at_most;
    counted->size = (uint8_t)size;
    keep_wire(census, counted, wire);
    for (size_t i = 0; i < size; i++)
        census->wires[counted->begin + i] = ascii_lower(wire[i]);
    link_name(census, census->used++);
    return counted;
}

/* ---- the two passes ---- */

/* False: out of memory. */
typedef bool count_fn(struct name_census *census, const struct ipaddr *address, const uint8_t *wire,
                      size_t size);

static bool count_exactly(struct name_census *census, const struct ipaddr *address,
                          const uint8_t *wire, size_t size)
{
    uint64_t hash = name_hash(wire, size);
    struct counted_name *counted = find(census, hash, wire, size);

    if (!counted) {
        uint32_t at_most = name_sketch_count(census->sketch, hash);

        counted = at_most < census->least ? NULL : add_name(census, hash, at_most, wire, size);
    }
    if (counted && (counted->addresses == 0 || !ipaddr_equal(&counted->last, address))) {
        counted->last = *address;
        counted->addresses++;
    }
    return true;
}

/* Allocates the table once a name needs it. */
static bool count_roughly(struct name_census *census, const struct ipaddr *address,
                          const uint8_t *wire, size_t size)
{
    (void)address;
    if (name_sketch_add(census->sketch, name_hash(wire, size)) < SHARED_NAME_MIN || census->names)
        return true;
    census->chains = malloc(CHAINS * sizeof(census->chains[0]));
    census->names = calloc(CENSUS_NAMES_MAX, sizeof(census->names[0]));
    census->wires = malloc((size_t)CENSUS_NAMES_MAX * DNSNAME_MAX);
    if (!census->chains || !census->names || !census->wires)
        return false;
    memset(census->chains, 0xFF, CHAINS * sizeof(census->chains[0]));
    return true;
}

static bool run_failed(struct counting *counting, struct run_file *run)
{
    return failure_pass(counting->failure, run_file_failure(run));
}

static bool go_on(struct counting *counting)
{
    const struct census_job *job = counting->job;

    if (++counting->addresses % CANCEL_EVERY != 0 || !job->cancelled ||
        !job->cancelled(job->context))
        return true;
    return failure_set(counting->failure, EXIT_INTERRUPTED,
                       "stopped while the reports were written");
}

static bool count_names(struct counting *counting, const struct run_facts *facts, count_fn *count)
{
    struct ptr_names names;
    const uint8_t *wire;
    size_t size;

    if (!ptr_names_begin(&names, facts->bytes, facts->length))
        return true;
    while (names.count > 0 && (size = ptr_names_next(&names, &wire)) > 0) {
        if (!count(counting->census, &facts->address, wire, size))
            return failure_out_of_memory(counting->failure);
    }
    return true;
}

static bool is_before(const void *a, const void *b)
{
    return ipaddr_compare(&((const struct reading *)a)->facts.address,
                          &((const struct reading *)b)->facts.address) < 0;
}

static bool begin(struct counting *counting, struct readings *readings)
{
    readings->size = 0;
    for (unsigned i = 0; i < counting->job->count; i++) {
        struct reading *reading = &readings->all[i];
        reading->run = counting->job->runs[i];
        enum run_step step = run_file_facts_begin(reading->run)
                                 ? run_file_facts_next(reading->run, &reading->facts)
                                 : RUN_FAILED;
        if (step == RUN_FAILED)
            return run_failed(counting, reading->run);
        if (step == RUN_ROW)
            readings->heap[readings->size++] = reading;
    }
    heap_make(readings->heap, readings->size, is_before);
    return true;
}

/* To the next address of the first reading. */
static bool advance(struct counting *counting, struct readings *readings)
{
    struct reading *reading = readings->heap[0];
    enum run_step step = run_file_facts_next(reading->run, &reading->facts);

    if (step == RUN_FAILED)
        return run_failed(counting, reading->run);
    if (step == RUN_END)
        readings->heap[0] = readings->heap[--readings->size];
    heap_sink(readings->heap, readings->size, is_before);
    return true;
}

/* Walks the addresses of all runs in one order, so that an address of several runs comes up
 * repeatedly in a row. */
static bool pass(struct counting *counting, struct readings *readings, count_fn *count)
{
    const struct reading *last = NULL;

    if (!begin(counting, readings))
        return false;
    while (readings->size > 0) {
        struct reading *reading = readings->heap[0];
        if (reading != last && !run_file_facts_again(reading->run, &reading->facts))
            return run_failed(counting, reading->run);
        last = reading;
        if (!go_on(counting) || !count_names(counting, &reading->facts, count) ||
            !advance(counting, readings))
            return false;
    }
    return true;
}

static bool count_all(struct counting *counting)
{
    struct name_census *census = counting->census;
    struct readings readings = {.all = calloc(counting->job->count, sizeof(readings.all[0])),
                                .heap = calloc(counting->job->count, sizeof(readings.heap[0]))};
    bool good = false;

    census->least = SHARED_NAME_MIN;
    census->sketch = name_sketch_new();
    if (!readings.all || !readings.heap || !census->sketch) {
        failure_out_of_memory(counting->failure);
        goto out;
    }
    good = pass(counting, &readings, count_roughly) &&
           (!census->names || pass(counting, &readings, count_exactly));
    if (good && census->names)
        sift(census, reaches);
out:
    name_sketch_free(census->sketch);
    census->sketch = NULL;
    free(readings.all);
    free(readings.heap);
    return good;
}

struct name_census *name_census_take(const struct census_job *job, struct failure *failure)
{
    struct name_census *census = calloc(1, sizeof(*census));
    struct counting counting = {.job = job, .census = census, .failure = failure};

    if (!census) {
        failure_out_of_memory(failure);
    } else if (!count_all(&counting)) {
        name_census_free(census);
        return NULL;
    }
    return census;
}

void name_census_free(struct name_census *census)
{
    if (!census)
        return;
    name_sketch_free(census->sketch);
    free(census->chains);
    free(census->names);
    free(census->wires);
    free(census);
}

/* ---- results ---- */

uint64_t name_census_sharers(void *census, const struct dnsname *name)
{
    const struct name_census *own = census;
    const struct counted_name *counted =
        own->used > 0 ? find(own, name_hash(name->wire, name->length), name->wire, name->length)
                      : NULL;

    return counted ? counted->addresses : 0;
}

uint64_t name_census_least(const struct name_census *census)
{
    return census->least;
}

static bool is_listed_before(const struct shared_name *name, const struct shared_name *other)
{
    if (name->addresses != other->addresses)
        return name->addresses > other->addresses;
    if (name->name.length != other->name.length)
        return name->name.length < other->name.length;
    return memcmp(name->name.wire, other->name.wire, name->name.length) < 0;
}

unsigned name_census_top(const struct name_census *census, struct shared_name out[CENSUS_TOP_MAX])
{
    unsigned count = 0;

    for (unsigned i = 0; i < census->used; i++) {
        const struct counted_name *counted = &census->names[i];
        struct shared_name name = {.addresses = counted->addresses, .name.length = counted->size};
        unsigned at = count;

        memcpy(name.name.wire, wire_of(census, counted), counted->size);
        while (at > 0 && is_listed_before(&name, &out[at - 1]))
            at--;
        if (at == CENSUS_TOP_MAX)
            continue;
        if (count < CENSUS_TOP_MAX)
            count++;
        memmove(&out[at + 1], &out[at], (count - at - 1) * sizeof(out[0]));
        out[at] = name;
    }
    return count;
}
