#include "reports/label_memo.h"

unsigned label_memo_registrable_labels(void *memo, const struct dnsname *name)
{
    struct label_memo *own = memo;
    struct dnsname parent;

    if (!own->list || !dnsname_parent(&parent, name))
        return 0;
    if (own->parent.length > 0 && dnsname_equal(&parent, &own->parent))
        return own->labels;
    unsigned labels = suffix_list_registrable_labels(own->list, name);
    /* If the domain includes the first label (the name is a registrable domain or a suffix), its
     * neighbours may differ. */
    own->parent.length = 0;
    if (labels > 0 && labels <= dnsname_labels(&parent)) {
        dnsname_copy(&own->parent, &parent);
        own->labels = labels;
    }
    return labels;
}
