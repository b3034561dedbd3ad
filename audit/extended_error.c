#include "audit/extended_error.h"

#include <stdbool.h>
#include <stdio.h>

/* RFC 8914 4; 27: RFC 9276. */
static const struct {
    const char *name;
    enum extended_error_class class;
} CODES[] = {
    [1] = {"Unsupported DNSKEY Algorithm", EXTENDED_OTHER},
    [2] = {"Unsupported DS Digest Type", EXTENDED_OTHER},
    [3] = {"Stale Answer", EXTENDED_STALE},
    [4] = {"Forged Answer", EXTENDED_FILTERED},
    [5] = {"DNSSEC Indeterminate", EXTENDED_OTHER},
    [6] = {"DNSSEC Bogus", EXTENDED_DNSSEC},
    [7] = {"Signature Expired", EXTENDED_DNSSEC},
    [8] = {"Signature Not Yet Valid", EXTENDED_DNSSEC},
    [9] = {"DNSKEY Missing", EXTENDED_DNSSEC},
    [10] = {"RRSIGs Missing", EXTENDED_DNSSEC},
    [11] = {"No Zone Key Bit Set", EXTENDED_DNSSEC},
    [12] = {"NSEC Missing", EXTENDED_DNSSEC},
    [13] = {"Cached Error", EXTENDED_OTHER},
    [14] = {"Not Ready", EXTENDED_NOT_READY},
    [15] = {"Blocked", EXTENDED_FILTERED},
    [16] = {"Censored", EXTENDED_FILTERED},
    [17] = {"Filtered", EXTENDED_FILTERED},
    [18] = {"Prohibited", EXTENDED_FILTERED},
    [19] = {"Stale NXDomain Answer", EXTENDED_STALE},
    [20] = {"Not Authoritative", EXTENDED_OTHER},
    [21] = {"Not Supported", EXTENDED_OTHER},
    [22] = {"No Reachable Authority", EXTENDED_UNREACHABLE},
    [23] = {"Network Error", EXTENDED_UNREACHABLE},
    [24] = {"Invalid Data", EXTENDED_OTHER},
    [27] = {"Unsupported NSEC3 Iterations Value", EXTENDED_OTHER},
};

static const char *name_of(uint16_t code)
{
    return code < sizeof(CODES) / sizeof(CODES[0]) ? CODES[code].name : NULL;
}

enum extended_error_class extended_error_class(uint16_t code)
{
    return name_of(code) ? CODES[code].class : EXTENDED_OTHER;
}

uint16_t extended_error_heavier(uint16_t first, uint16_t second)
{
    bool heavier = extended_error_class(second) > extended_error_class(first);

    return first == 0 || heavier ? second : first;
}

size_t extended_error_print(char out[EXTENDED_ERROR_TEXT_MAX], uint16_t code)
{
    const char *name = name_of(code);

    out[0] = '\0';
    if (code == 0)
        return 0;
    if (!name)
        return (size_t)snprintf(out, EXTENDED_ERROR_TEXT_MAX, "EDE %u", code);
    return (size_t)snprintf(out, EXTENDED_ERROR_TEXT_MAX, "EDE %u (%s)", code, name);
}
