#include "audit/cut.h"

#include "audit/answer_findings.h"
#include "audit/random.h"

enum {
    LABEL_BITS_V4 = 8,
    LABEL_BITS_V6 = 4,
    SIZES = (CUT_BITS_MOST - CUT_BITS_LEAST) / LABEL_BITS_V6 + 1,
};

/* Addresses to ask, by size of the block: powers of two. An unknown server gets one in each /24 of
 * a /16, so that a dense /24 under a wrong NXDOMAIN is found for certain. A liar is believed about
 * the smallest blocks only. */
static const uint16_t SAMPLES[SIZES][CUT_TRUST_LIAR + 1] = {
    /* unknown, honest, liar */
    {8, 4, 32},
    {32, 8, 0},
    {256, 32, 0},
    {512, 64, 0},
    {1024, 128, 0}};

/* ---- blocks ---- */

static unsigned label_bits(const struct ipaddr *address)
{
    return address->family == IP_V4 ? LABEL_BITS_V4 : LABEL_BITS_V6;
}

static bool is_aligned(ip_count number, unsigned bits)
{
    return (number & (((ip_count)1 << bits) - 1)) == 0;
}

static void make_block(struct cut_block *out, enum ip_family family, ip_count first, unsigned bits)
{
    out->bits = bits;
    out->range.first = ipaddr_from_number(family, first);
    out->range.last = ipaddr_from_number(family, first + ((ip_count)1 << bits) - 1);
}

bool cut_block_find(struct cut_block *out, const struct ipaddr *at, const struct ipaddr *last)
{
    ip_count least = (ip_count)1 << CUT_BITS_LEAST;
    ip_count from = ipaddr_number(at), left = ipaddr_number(last) - from;
    ip_count skip = (least - (from & (least - 1))) & (least - 1);
    unsigned bits = CUT_BITS_LEAST, step = label_bits(at);

    if (at->family != last->family || ipaddr_compare(at, last) > 0 || left < skip ||
        left - skip < least - 1)
        return false;
    from += skip;
    left -= skip;
    while (bits + step <= CUT_BITS_MOST && is_aligned(from, bits + step) &&
           left >= ((ip_count)1 << (bits + step)) - 1)
        bits += step;
    make_block(out, at->family, from, bits);
    return true;
}

bool cut_block_below(struct cut_block *out, const struct cut_block *block, unsigned i)
{
    unsigned step = label_bits(&block->range.first);

    if (block->bits < CUT_BITS_LEAST + step || i >= 1u << step)
        return false;
    make_block(out, block->range.first.family,
               ipaddr_number(&block->range.first) + ((ip_count)i << (block->bits - step)),
               block->bits - step);
    return true;
}

void cut_block_name(struct dnsname *out, const struct cut_block *block)
{
    ipaddr_block_name(out, &block->range.first, block->bits);
}

/* ---- samples ---- */

static const uint16_t *samples_row(unsigned bits)
{
    return SAMPLES[(bits - CUT_BITS_LEAST) / LABEL_BITS_V6];
}

unsigned cut_samples(unsigned bits, enum cut_trust_level trust)
{
    return samples_row(bits)[trust];
}

static unsigned most_samples(unsigned bits)
{
    const uint16_t *row = samples_row(bits);

    return row[CUT_TRUST_LIAR] > row[CUT_TRUST_UNKNOWN] ? row[CUT_TRUST_LIAR]
                                                        : row[CUT_TRUST_UNKNOWN];
}

/* The parts are taken in the order of their reversed bits, so that any number of them is spread
 * over the whole block. */
struct ipaddr cut_sample(const struct cut_block *block, unsigned i, uint64_t random)
{
    ip_count part = 0, parts = most_samples(block->bits);
    ip_count size = ((ip_count)1 << block->bits) / parts;

    for (ip_count bit = parts / 2; bit > 0; bit /= 2, i /= 2)
        part += (i & 1) * bit;
    return ipaddr_from_number(block->range.first.family,
                              ipaddr_number(&block->range.first) + part * size + random % size);
}

/* ---- the proof ---- */

void cut_proof_begin(struct cut_proof *proof, const struct cut_block *block, uint64_t seed)
{
    proof->block = *block;
    proof->state = CUT_OPEN;
    proof->random = seed;
    proof->asked = proof->answered = 0;
    proof->facts = (struct facts_buffer){0};
}

void cut_proof_end(struct cut_proof *proof)
{
    facts_free(&proof->facts);
}

unsigned cut_proof_samples(const struct cut_proof *proof)
{
    return proof->asked > 0 ? proof->asked - 1 : 0;
}

static unsigned samples_needed(const struct cut_proof *proof, const struct cut_trust *trust)
{
    return cut_samples(proof->block.bits, cut_trust_of(trust, &proof->zone, &proof->server));
}

bool cut_proof_next(struct cut_proof *proof, const struct cut_trust *trust, struct question *out)
{
    out->type = RR_PTR;
    if (proof->asked == 0) {
        proof->asked = 1;
        cut_block_name(&out->name, &proof->block);
        return true;
    }
    if (proof->state != CUT_OPEN || proof->answered == 0 ||
        proof->asked - proof->answered >= CUT_FLIGHT ||
        cut_proof_samples(proof) >= samples_needed(proof, trust))
        return false;
    struct ipaddr address =
        cut_sample(&proof->block, proof->asked++ - 1, random_next(&proof->random));
    ipaddr_reverse_name(&out->name, &address);
    return true;
}

bool cut_proof_done(const struct cut_proof *proof)
{
    return proof->state != CUT_OPEN && proof->asked == proof->answered;
}

static bool keep_denial(struct cut_proof *proof, const struct answer *answer)
{
    struct answer denial = {.kind = ANSWER_NXDOMAIN,
                            .rcode = answer->rcode,
                            .ttl = answer->ttl,
                            .has_soa = true,
                            .soa_serial = answer->soa_serial};

    dnsname_copy(&proof->zone, &answer->soa_zone);
    dnsname_copy(&proof->server, &answer->soa_mname);
    dnsname_copy(&denial.soa_zone, &answer->soa_zone);
    dnsname_copy(&denial.soa_mname, &answer->soa_mname);
    dnsname_copy(&denial.soa_rname, &answer->soa_rname);
    return facts_put_ptr(&proof->facts, &denial);
}

static bool feed_name(struct cut_proof *proof, struct cut_trust *trust, const struct answer *answer)
{
    struct dnsname name;

    cut_block_name(&name, &proof->block);
    if (cut_trust_is_denial(answer, &name))
        return keep_denial(proof, answer);
    if (cut_trust_is_honest(answer, &name))
        cut_trust_honest(trust, &answer->soa_zone);
    proof->state = answer_is_temporary(answer) ? CUT_UNKNOWN : CUT_EXISTS;
    return true;
}

static void feed_sample(struct cut_proof *proof, struct cut_trust *trust,
                        const struct answer *answer)
{
    bool is_denial = answer->kind == ANSWER_NXDOMAIN && answer->alias_count == 0;

    if (is_denial && !answer_is_stale(answer))
        return;
    proof->state = CUT_UNDONE;
    if (is_denial)
        return;
    if (!answer_is_temporary(answer) || answer->alias_count > 0)
        cut_trust_lied(trust, &proof->zone, &proof->server);
}

bool cut_proof_feed(struct cut_proof *proof, struct cut_trust *trust, const struct answer *answer)
{
    bool is_name = proof->answered++ == 0;

    if (is_name && !feed_name(proof, trust, answer))
        return false;
    if (!is_name && proof->state == CUT_OPEN)
        feed_sample(proof, trust, answer);
    if (proof->state != CUT_OPEN)
        return true;
    unsigned needed = samples_needed(proof, trust);
    if (needed == 0)
        proof->state = CUT_EXISTS;
    else if (proof->answered > needed && proof->asked == proof->answered)
        proof->state = CUT_BELIEVED;
    return true;
}
