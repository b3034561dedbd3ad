/*
 * Does a host name look as if nobody had chosen it? Receivers trust such a name less, and some
 * refuse it.
 *
 * Only what stands left of the registrable domain is looked at, and words count as whole words
 * only: a name is split at every octet that is not a letter. So neither dynamo.example nor
 * poolside.example.net is generic.
 *
 *   tier 3  the audited address itself is in the name (audit/spelled.h)
 *   tier 2  a word of access networks: dhcp, pool, cust, ...
 *   tier 1  a word of rented machines with a number: vps, host, server, ip, ...
 *
 * The highest tier counts. If a word such as static or mail is in the name too, it is lowered by
 * one: once, however many such words there are, because two of them say no more than one about a
 * name that somebody's machine made.
 *
 * Ownership: nothing is kept. Threads: no state. Errors: none.
 */
#ifndef AUDIT_GENERIC_H
#define AUDIT_GENERIC_H

struct dnsname;
struct ipaddr;

enum generic_tier { GENERIC_NONE, GENERIC_TIER_1, GENERIC_TIER_2, GENERIC_TIER_3 };

/* What a word does to a name it stands in. */
enum generic_effect {
    GENERIC_LOWERS,     /* lowers the tier by one, once */
    GENERIC_NUMBERED_1, /* tier 1, if its label holds a digit or the label left of it is a number */
    GENERIC_ALWAYS_2,   /* tier 2 */
};

struct generic_word {
    const char *word;
    enum generic_effect effect;
};

/* registrable_labels: how many labels the registrable domain of the host has, by the public suffix
 * list. With 0 (not known) the last two labels are taken for it, which is right below most
 * top-level domains. */
enum generic_tier generic_tier_of(const struct dnsname *host, unsigned registrable_labels,
                                  const struct ipaddr *address);
/* The words in alphabetical order, for documents and tests; NULL past the end. */
const struct generic_word *generic_word_at(unsigned index);

#endif
