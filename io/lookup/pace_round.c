#include "io/lookup/pace_round.h"

/* Threads report their counts one after another: for a moment answers may exceed queries. */
static double part(double count, uint64_t sent)
{
    double share = count / (double)sent;
    return share < 0 ? 0 : share > 1 ? 1 : share;
}

double pace_round_share(const struct pace_round *round)
{
    return part((double)round->answered, round->sent);
}

double pace_round_latency_ns(const struct pace_round *round)
{
    return round->answered > 0 ? (double)round->latency_ns / (double)round->answered : 0;
}

double pace_round_loss(const struct pace_round *round)
{
    double failed = (double)round->failed, overdue = (double)round->overdue;
    return part(failed > overdue ? failed : overdue, round->sent);
}

bool pace_falls_short(double share, double enough, uint64_t queries)
{
    double missing = enough - share;
    return missing > 0 && missing * missing * (double)queries > 4 * share * (1 - share);
}
