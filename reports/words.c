#include "reports/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

size_t grouped_print(char out[GROUPED_MAX], uint64_t number)
{
    char digits[GROUPED_MAX];
    size_t at = sizeof digits;
    unsigned count = 0;

    do {
        if (count > 0 && count % 3 == 0)
            digits[--at] = ',';
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
        count++;
    } while (number > 0);
    memcpy(out, digits + at, sizeof digits - at);
    out[sizeof digits - at] = '\0';
    return sizeof digits - at;
}

size_t share_print(char out[SHARE_MAX], uint64_t part, uint64_t whole)
{
    __extension__ unsigned __int128 thousandths = (unsigned __int128)part * 1000;
    uint64_t share = whole == 0 ? 0 : (uint64_t)(thousandths / whole);

    return (size_t)snprintf(out, SHARE_MAX, "%" PRIu64 ".%" PRIu64 " %%", share / 10, share % 10);
}

size_t headline_print(char out[HEADLINE_MAX], const struct tally *tally)
{
    uint64_t passed = tally->verdicts[VERDICT_PASS];
    uint64_t whole = tally_public(tally);
    char passed_text[GROUPED_MAX];
    char whole_text[GROUPED_MAX];
    char share[SHARE_MAX];

    if (whole == 0)
        return (size_t)snprintf(out, HEADLINE_MAX, "No public address was audited");
    grouped_print(passed_text, passed);
    grouped_print(whole_text, whole);
    share_print(share, passed, whole);
    return (size_t)snprintf(out, HEADLINE_MAX, "%s of %s public address%s pass%s (%s)", passed_text,
                            whole_text, plural_es(whole), whole == 1 ? "es" : "", share);
}

const char FROM_ZONE_FILES[] = "The answers come from zone files, not from the published DNS";

size_t in_no_zone_file_print(char out[HEADLINE_MAX], const struct tally *tally)
{
    char count[GROUPED_MAX];

    out[0] = '\0';
    if (tally->in_no_zone_file == 0)
        return 0;
    grouped_print(count, tally->in_no_zone_file);
    return (size_t)snprintf(out, HEADLINE_MAX,
                            "%s address%s need%s names that are in none of the zone files: name "
                            "those files with --zone too",
                            count, plural_es(tally->in_no_zone_file),
                            tally->in_no_zone_file == 1 ? "s" : "");
}

const char *plural_s(uint64_t count)
{
    return count == 1 ? "" : "s";
}

const char *plural_es(uint64_t count)
{
    return count == 1 ? "" : "es";
}

const char *readiness_sentence(const struct tally *tally)
{
    enum readiness readiness = tally_readiness(tally);
    static const char *const sentences[] = {
        [READY] = "Every public address has a PTR name that resolves back to it.",
        [NOT_READY] = "Some addresses are broken: somebody must change DNS records before mail is "
                      "sent from them.",
        [NOT_KNOWN] = "No address is known to be broken, but not all of them could be judged.",
    };

    if (readiness == READY && tally_accepted(tally) > 0)
        return "Every public address has a PTR name that resolves back to it, or is accepted as it "
               "is.";
    return sentences[readiness];
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
    };

    return words[kind];
}
