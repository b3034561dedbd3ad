#include "reports/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "audit/extended_error.h"

size_t grouped_print(char out[GROUPED_MAX], uint64_t number)
{
    char digits[GROUPED_MAX];
    size_t at = sizeof(digits);
    unsigned count = 0;

    do {
        if (count > 0 && count % 3 == 0)
            digits[--at] = ',';
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
        count++;
    } while (number > 0);
    memcpy(out, digits + at, sizeof(digits) - at);
    out[sizeof(digits) - at] = '\0';
    return sizeof(digits) - at;
}

size_t share_print(char out[SHARE_MAX], uint64_t part, uint64_t whole)
{
    __extension__ unsigned __int128 thousandths = (unsigned __int128)part * 1000;
    uint64_t share = whole == 0 ? 0 : (uint64_t)(thousandths / whole);

    return (size_t)snprintf(out, SHARE_MAX, "%" PRIu64 ".%" PRIu64 " %%", share / 10, share % 10);
}

const char *plural_s(uint64_t count)
{
    return count == 1 ? "" : "s";
}

const char *plural_es(uint64_t count)
{
    return count == 1 ? "" : "es";
}

size_t domain_print(char out[DOMAIN_TEXT_MAX], const struct dnsname *expected)
{
    struct dnsname domain;
    char text[DNSNAME_TEXT_MAX] = "";

    if (dnsname_parent(&domain, expected))
        dnsname_print(text, &domain);
    return (size_t)snprintf(out, DOMAIN_TEXT_MAX, "below %s", text);
}

const char *answer_shortfall(enum answer_kind kind)
{
    static const char *const words[ANSWER_KINDS] = {
        [ANSWER_RECORDS] = "resolves to",
        [ANSWER_NODATA] = "no address of this family",
        [ANSWER_NXDOMAIN] = "does not exist",
        [ANSWER_SERVFAIL] = "SERVFAIL",
        [ANSWER_REFUSED] = "REFUSED",
        [ANSWER_OTHER_RCODE] = "DNS error",
        [ANSWER_ALIAS_LOOP] = "CNAME loop",
        [ANSWER_ALIAS_LONG] = "CNAME chain too long",
        [ANSWER_ALIAS_CONFLICT] = "two CNAMEs at one name",
        [ANSWER_UNBELIEVABLE] = "no believable reply",
        [ANSWER_SILENT] = "no answer",
        [ANSWER_NO_ZONE] = "in none of the zone files",
        [ANSWER_REFERRAL] = "a referral",
        [ANSWER_TRUNCATED] = "a truncated reply",
        [ANSWER_ALIAS_OPEN] = "an alias without its target",
        [ANSWER_FILTERED] = "filtered by the resolver",
    };

    return words[kind];
}

/* The names of the IANA registry, of codes that a query can be answered with. */
static size_t print_rcode(char out[SHORTFALL_MAX], uint16_t rcode)
{
    static const char *const names[] = {
        [1] = "FORMERR", [4] = "NOTIMP",   [6] = "YXDOMAIN", [7] = "YXRRSET",    [8] = "NXRRSET",
        [9] = "NOTAUTH", [10] = "NOTZONE", [16] = "BADVERS", [23] = "BADCOOKIE",
    };
    const char *name = rcode < sizeof(names) / sizeof(names[0]) ? names[rcode] : NULL;

    return (size_t)(name ? snprintf(out, SHORTFALL_MAX, "%s", name)
                         : snprintf(out, SHORTFALL_MAX, "RCODE %u", rcode));
}

const char *answer_shortfall_print(char out[SHORTFALL_MAX], enum answer_kind kind, uint16_t rcode,
                                   uint16_t extended_error)
{
    char reason[EXTENDED_ERROR_TEXT_MAX];
    bool said = kind != ANSWER_RECORDS && extended_error_print(reason, extended_error) > 0;
    size_t used = kind == ANSWER_OTHER_RCODE
                      ? print_rcode(out, rcode)
                      : (size_t)snprintf(out, SHORTFALL_MAX, "%s", answer_shortfall(kind));

    snprintf(out + used, SHORTFALL_MAX - used, "%s%s", said ? ", " : "", said ? reason : "");
    return out;
}

const char *extended_error_remark(uint16_t code)
{
    switch (extended_error_class(code)) {
    case EXTENDED_DNSSEC:
        return " The DNSSEC data of the zone are at fault.";
    case EXTENDED_UNREACHABLE:
        return " The resolver did not reach the name servers of the zone; the fault may also be in "
               "its own network.";
    case EXTENDED_OTHER:
    case EXTENDED_NOT_READY:
    case EXTENDED_STALE:
    case EXTENDED_FILTERED:
        break;
    }
    return "";
}

/* SERVFAIL is what a validating resolver makes of signatures that do not validate. */
const char *answer_other_cause(enum answer_kind kind)
{
    return kind == ANSWER_SERVFAIL ? ", or its DNSSEC signatures do not validate" : "";
}
