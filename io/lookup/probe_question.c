#include "io/lookup/probe_question.h"

static const struct dnsname LOCALHOST = {
    .length = 11, .wire = {9, 'l', 'o', 'c', 'a', 'l', 'h', 'o', 's', 't', 0}};
static const struct dnsname ROOT = {.length = 1, .wire = {0}};

void probe_question(struct question *out, enum probe_kind kind)
{
    const struct ipaddr loopback = ipaddr_from_number(IP_V4, UINT32_C(127) << 24 | 1);
    if (kind == PROBE_LOCALHOST) {
        dnsname_copy(&out->name, &LOCALHOST);
        out->type = RR_A;
    } else if (kind == PROBE_LOOPBACK) {
        ipaddr_reverse_name(&out->name, &loopback);
        out->type = RR_PTR;
    } else {
        dnsname_copy(&out->name, &ROOT);
        out->type = RR_NS;
    }
}
