#include "reports/name_store.h"

#include <stdlib.h>

enum { PIECE = 16 * 1024 };

/* The last name begins where a whole struct dnsname still fits. */
struct name_piece {
    struct name_piece *next;
    size_t used;
    uint8_t octets[PIECE];
};

const struct dnsname *name_store_keep(struct name_store *store, const struct dnsname *name)
{
    struct name_piece *piece = store->pieces;

    if (!piece || piece->used + sizeof(*name) > PIECE) {
        piece = malloc(sizeof(*piece));
        if (!piece)
            return NULL;
        piece->used = 0;
        piece->next = store->pieces;
        store->pieces = piece;
    }
    struct dnsname *kept = (struct dnsname *)(piece->octets + piece->used);
    dnsname_copy(kept, name);
    piece->used += offsetof(struct dnsname, wire) + name->length;
    return kept;
}

void name_store_free(struct name_store *store)
{
    for (struct name_piece *next, *piece = store->pieces; piece; piece = next) {
        next = piece->next;
        free(piece);
    }
    store->pieces = NULL;
}
