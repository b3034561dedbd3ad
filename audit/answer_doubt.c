#include "audit/answer_doubt.h"

#include "audit/answer_findings.h"
#include "audit/registry.h"
#include "audit/special.h"

bool answer_is_from_empty_zone(const struct ipaddr *address, const struct answer *ptr)
{
    return special_block_of(address) && answer_is_negative(ptr) && ptr->has_soa &&
           registry_is_empty_zone(&ptr->soa_mname, &ptr->soa_rname);
}

bool answer_may_be_filtered(const struct ipaddr *address, const struct answer *forward)
{
    const struct ipaddr unspecified = {.family = address->family};

    if (!forward)
        return false;
    if (forward->kind == ANSWER_RECORDS)
        return forward->total == 1 && forward->kept == 1 &&
               ipaddr_equal(&forward->records.addresses[0], &unspecified);
    return special_is_inside(address) && answer_lacks_soa(forward);
}
