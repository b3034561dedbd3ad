/*
 * Does a host name look generated rather than chosen? Receivers trust such a name less, and some
 * refuse it.
 *
 * Only the labels to the left of the registrable domain count, except for three octets of the
 * address, and only whole words: a name is split at every octet that is not a letter. So neither
 * dynamo.example nor poolside.example.net is generic.
 *
 *   tier 3  the name contains the audited address, or three octets of it (audit/spelled.h)
 *   tier 2  a word of access networks: dhcp, cust, ...; words that services use too, such as
 *           customers, need a number
 *   tier 1  a word of rented machines with a number: vps, host, server, ip, ...; or the last two
 *           octets of the address
 *
 * The highest tier counts. A word such as static or mail lowers it by one, and only once: two such
 * words say no more than one about a generated name.
 *
 * Ownership: nothing is kept. Threads: no state. Errors: none.
 */
#ifndef AUDIT_GENERIC_H
#define AUDIT_GENERIC_H

struct dnsname;
struct ipaddr;

enum generic_tier { GENERIC_NONE, GENERIC_TIER_1, GENERIC_TIER_2, GENERIC_TIER_3 };

/* The effect of a word on its name. */
enum generic_effect {
    GENERIC_LOWERS,     /* lowers the tier by one, once */
    GENERIC_NUMBERED_1, /* tier 1, if its label contains a digit or the label to its left is a
                           number */
    GENERIC_NUMBERED_2, /* tier 2, if its label contains a digit or the labels to its left contain
                           two */
    GENERIC_ALWAYS_2,   /* tier 2 */
};

struct generic_word {
    const char *word;
    enum generic_effect effect;
};

/* registrable_labels: the number of labels of the host's registrable domain, by the public suffix
 * list. 0 (not known): the last two labels are taken, which is right below most top-level domains.
 */
enum generic_tier generic_tier_of(const struct dnsname *host, unsigned registrable_labels,
                                  const struct ipaddr *address);
/* The words in alphabetical order, for documents and tests; NULL past the end. */
const struct generic_word *generic_word_at(unsigned index);

#endif
