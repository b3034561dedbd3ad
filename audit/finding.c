#include "audit/finding.h"

static const struct verdict_row VERDICT_ROWS[VERDICTS] = {
    [VERDICT_PASS] = {"pass", IPREV_PASS, SEVERITY_NONE, FIXER_NONE,
                      "A PTR name resolves back to the address.", "RFC 8601 2.7.3"},
    [VERDICT_HOSTNAME_MISMATCH] =
        {"hostname-mismatch", IPREV_PASS, SEVERITY_FAIL, FIXER_REVERSE_ZONE,
         "A PTR name resolves back to the address, but it is not the expected host name.",
         "RFC 8601 2.7.3"},
    [VERDICT_NO_PTR] = {"no-ptr", IPREV_PERMERROR, SEVERITY_FAIL, FIXER_REVERSE_ZONE,
                        "The address has no PTR record.", "RFC 8601 2.7.3, RFC 1912 2.1"},
    [VERDICT_PTR_INVALID] = {"ptr-invalid", IPREV_FAIL, SEVERITY_FAIL, FIXER_REVERSE_ZONE,
                             "No PTR name of the address can be a host name.",
                             "RFC 952, RFC 1123 2.1"},
    [VERDICT_NO_FORWARD] = {"no-forward", IPREV_FAIL, SEVERITY_FAIL, FIXER_HOST_NAME,
                            "No PTR name has an address record: A for IPv4, AAAA for IPv6.",
                            "RFC 8601 2.7.3"},
    [VERDICT_FORWARD_MISMATCH] = {"forward-mismatch", IPREV_FAIL, SEVERITY_FAIL, FIXER_HOST_NAME,
                                  "The PTR names resolve, but to other addresses.",
                                  "RFC 8601 2.7.3"},
    [VERDICT_DNS_ERROR] =
        {"dns-error", IPREV_TEMPERROR, SEVERITY_FAIL, FIXER_FAILING_ZONE,
         "The DNS answered with an error, so it is not known whether the address passes.",
         "RFC 8601 2.7.3, RFC 2308 7"},
    [VERDICT_UNANSWERED] = {"unanswered", IPREV_TEMPERROR, SEVERITY_WARN, FIXER_NONE,
                            "No try brought a reply: run the audit again before you judge.",
                            "RFC 8601 2.7.3"},
    [VERDICT_NOT_PUBLIC] =
        {"not-public", IPREV_NONE, SEVERITY_INFO, FIXER_NONE,
         "A special-purpose address, which no receiver on the Internet sees; it was not looked up.",
         "RFC 6890"},
};

static const struct finding_row FINDING_ROWS[FINDINGS] = {
    [FINDING_MULTIPLE_PTR] =
        {"multiple-ptr", SEVERITY_WARN, CHANGE_PTR,
         "The address has several PTR names; receivers that look at one see a random one.",
         "RFC 1912 2.1, RFC 7208 4.6.4"},
    [FINDING_UNCONFIRMED_NAME] =
        {"unconfirmed-name", SEVERITY_WARN, CHANGE_EITHER,
         "Besides the confirmed name, the address has a PTR name that does not resolve back.",
         "RFC 8601 2.7.3"},
    [FINDING_PTR_NAMES_CUT] =
        {"ptr-names-cut", SEVERITY_WARN, CHANGE_PTR,
         "The address has more than ten PTR names, and only the first ten were looked up; a "
         "good name or the expected one may be among the rest.",
         "RFC 7208 4.6.4"},
    [FINDING_PTR_ALIAS] = {"ptr-alias", SEVERITY_INFO, CHANGE_NOTHING,
                           "The reverse name is an alias (CNAME), as in classless delegation.",
                           "RFC 2317"},
    [FINDING_FORWARD_ALIAS] =
        {"forward-alias", SEVERITY_WARN, CHANGE_EITHER,
         "A PTR name is an alias (CNAME); it should be the canonical host name.",
         "RFC 2181 10.2, RFC 1912 2.1"},
    [FINDING_INVALID_NAME] = {"invalid-name", SEVERITY_WARN, CHANGE_PTR,
                              "A PTR name cannot be a host name.", "RFC 952, RFC 1123 2.1"},
    [FINDING_GENERIC_NAME_1] =
        {"generic-name-1", SEVERITY_INFO, CHANGE_PTR,
         "A PTR name looks like that of a rented machine; some receivers trust it less.",
         "M3AAWG Sender BCP 5, rspamd HFILTER_HOSTNAME"},
    [FINDING_GENERIC_NAME_2] =
        {"generic-name-2", SEVERITY_WARN, CHANGE_PTR,
         "A PTR name looks like that of an access network; many receivers trust it less.",
         "M3AAWG Sender BCP 5, rspamd HFILTER_HOSTNAME"},
    [FINDING_GENERIC_NAME_3] =
        {"generic-name-3", SEVERITY_WARN, CHANGE_PTR,
         "A PTR name contains the address, or three octets of it, as generated names do; many "
         "receivers trust it less.",
         "M3AAWG Sender BCP 5, SpamAssassin RDNS_DYNAMIC"},
    [FINDING_SHARED_NAME] =
        {"shared-name", SEVERITY_INFO, CHANGE_PTR,
         "Five or more of the audited addresses have the same PTR name, so it does not identify "
         "one of them.",
         "RFC 1912 2.1"},
    [FINDING_SPECIAL_PURPOSE] = {"special-purpose", SEVERITY_INFO, CHANGE_NOTHING,
                                 "A special-purpose address, audited because it was asked for.",
                                 "RFC 6890"},
    [FINDING_SHORT_TTL] =
        {"short-ttl", SEVERITY_INFO, CHANGE_TTL,
         "The PTR answer, or an address answer that confirms it, has a TTL of 60 seconds or less; "
         "from the cache of a resolver, this may be the rest of a longer TTL.",
         "RFC 2181 8, RFC 1912 2.2"},
    [FINDING_NO_SOA] =
        {"no-soa", SEVERITY_WARN, CHANGE_ZONE,
         "A negative answer came without a SOA record: resolvers should not cache it; something is "
         "wrong with the zone, or the resolver changes answers.",
         "RFC 2308 5"},
    [FINDING_FLAKY] = {"flaky", SEVERITY_INFO, CHANGE_NOTHING,
                       "An answer came only after failed tries.", "RFC 1035 7.2"},
    [FINDING_IPV4_MAPPED] =
        {"ipv4-mapped", SEVERITY_INFO, CHANGE_NOTHING,
         "Written as an IPv4-mapped IPv6 address; the IPv4 address in it was audited.",
         "RFC 4291 2.5.5.2"},
    [FINDING_NOT_ASKED] = {"not-asked", SEVERITY_WARN, CHANGE_NOTHING,
                           "The run ended before this address was looked up.", "RFC 8601 2.7.3"},
    [FINDING_INCONSISTENT] =
        {"inconsistent", SEVERITY_WARN, CHANGE_SERVERS,
         "The resolvers or name servers that were asked give different answers about the address.",
         "RFC 1034 4.3.5, RFC 2308 5"},
    [FINDING_PROVEN_BY_CUT] =
        {"proven-by-cut", SEVERITY_INFO, CHANGE_NOTHING,
         "Not asked by itself: NXDOMAIN for the name of its whole block says that there is no PTR "
         "record, and other addresses of the block confirmed it.",
         "RFC 8020 2"},
    [FINDING_FLAPPING] =
        {"flapping", SEVERITY_INFO, CHANGE_NOTHING,
         "Within the last 16 runs that knew its state, the address passed and was broken in turn "
         "three times or more; while it does, it raises no alarm.",
         "RFC 8601 2.7.3"},
    [FINDING_STALE_ANSWER] = {"stale-answer", SEVERITY_WARN, CHANGE_NOTHING,
                              "The resolver says that an answer is from beyond its TTL: it shows "
                              "an earlier state, and may "
                              "hide a zone that fails now.",
                              "RFC 8767 4, RFC 8914 4.4"},
};

static const struct fixer_row FIXER_ROWS[FIXERS] = {
    [FIXER_NONE] = {"", "No party yet"},
    [FIXER_REVERSE_ZONE] = {"reverse-zone-operator", "Operator of the reverse zone"},
    [FIXER_HOST_NAME] = {"host-name-owner", "Owner of the host name"},
    [FIXER_FAILING_ZONE] = {"failing-zone-operator", "Operator of the failing zone"},
    [FIXER_NAME_SERVERS] = {"name-server-operator", "Operator of the name servers"},
};

const struct verdict_row *verdict_row(enum verdict verdict)
{
    return &VERDICT_ROWS[verdict];
}

const struct finding_row *finding_row(enum finding finding)
{
    return &FINDING_ROWS[finding];
}

const struct fixer_row *fixer_row(enum fixer fixer)
{
    return &FIXER_ROWS[fixer];
}

const char *iprev_key(enum iprev iprev)
{
    static const char *const KEYS[] = {"", "pass", "fail", "permerror", "temperror"};

    return KEYS[iprev];
}

const char *severity_key(enum severity severity)
{
    static const char *const KEYS[] = {"none", "info", "warn", "fail"};

    return KEYS[severity];
}

const char *change_text(enum change change)
{
    static const char *const TEXTS[CHANGES] = {
        [CHANGE_NOTHING] = "nothing",
        [CHANGE_PTR] = "the PTR record",
        [CHANGE_EITHER] = "the PTR record, or the records at its name",
        [CHANGE_TTL] = "the record with the short TTL",
        [CHANGE_ZONE] = "the zone that answers without SOA",
        [CHANGE_SERVERS] = "the resolver or name server that differs from the others",
    };

    return TEXTS[change];
}
