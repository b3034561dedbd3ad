#include "io/phases/item_pieces.h"

#include "audit/expectation.h"
#include "io/system/digest.h"

void item_pieces_begin(struct item_pieces *pieces, const struct shard *shard,
                       const struct target *target)
{
    pieces->target = target;
    pieces->count = 0;
    shard_pieces_begin(&pieces->pieces, shard, &target->range);
}

enum run_step item_pieces_next(struct item_pieces *pieces, struct run_item *out)
{
    const struct target *target = pieces->target;
    bool mine = false;

    while (!mine && shard_pieces_next(&pieces->pieces, &out->range, &mine))
        pieces->count++;
    if (!mine)
        return RUN_END;
    out->mapped = target->mapped;
    out->has_expected = target->has_expected;
    if (out->has_expected && !expectation_part(&out->expected, &target->expected,
                                               &target->range.first, &out->range.first))
        return RUN_FAILED;
    return RUN_ROW;
}

bool item_pieces_failed(struct failure *failure, const char *source, uint64_t line)
{
    return failure_set(failure, EXIT_TROUBLE, "%s:%llu: the expected host name cannot be divided",
                       source, (unsigned long long)line);
}

void item_pieces_add_walk(uint64_t *digest, uint32_t source, uint64_t line,
                          const struct iprange *prefix)
{
    digest_add(digest, &source, sizeof(source));
    digest_add(digest, &line, sizeof(line));
    digest_add(digest, prefix, sizeof(*prefix));
}
