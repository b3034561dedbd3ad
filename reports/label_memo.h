/*
 * Asks the public suffix list once for many names of one domain. Fleets name their hosts
 * mta1.mail.example, mta2.mail.example; the registrable domain follows from the shared part.
 *
 * Ownership: plain value, begin with zeros and the list. Threads: one at a time.
 */
#ifndef REPORTS_LABEL_MEMO_H
#define REPORTS_LABEL_MEMO_H

#include "audit/dnsname.h"
#include "io/input/suffix_list.h"

struct label_memo {
    const struct suffix_list *list; /* NULL: no registrable domain is known */
    unsigned labels;       /* of the registrable domain of every name directly below `parent` */
    struct dnsname parent; /* length 0: nothing is remembered */
};

/* A registrable_labels_fn; memo is a struct label_memo. */
unsigned label_memo_registrable_labels(void *memo, const struct dnsname *name);

#endif
