/*
 * The public suffix list asked once for many names of one domain: fleets name their hosts
 * mta1.mail.example, mta2.mail.example, and the registrable domain of both is that of what they
 * share.
 *
 * Ownership: plain value, begin with zeros but for the list. Threads: one at a time.
 */
#ifndef REPORTS_LABEL_MEMO_H
#define REPORTS_LABEL_MEMO_H

#include "audit/dnsname.h"
#include "io/input/suffix_list.h"

struct label_memo {
    const struct suffix_list *list; /* NULL: nothing is known of any name */
    unsigned labels;       /* of the registrable domain of all names right below `parent` */
    struct dnsname parent; /* length 0: nothing is remembered */
};

/* A registrable_labels_fn; memo is a struct label_memo. */
unsigned label_memo_registrable_labels(void *memo, const struct dnsname *name);

#endif
