#include "io/input/column_words.h"

#include <string.h>

enum { WORD_MAX = 64 };

#define WORDS(list)                          \
    {                                        \
        list, sizeof(list) / sizeof(list[0]) \
    }

static const char *const ip_strong[] = {
    "publicip",
    "publicipaddress",
    "publicipv4",
    "publicipv4address",
    "publicips",
    "elasticip",
    "elasticipaddress",
    "allocatedipv4address",
    "externalip",
    "externalipaddress",
    "floatingip",
    "floatingipaddress",
    "natip",
    "sendingip",
    "sendingipaddress",
    "senderip",
    "outboundip",
    "mailip",
    "mtaip",
    "ip",
    "ips",
    "ipaddress",
    "ipaddresses",
    "ipaddr",
    "ipv4",
    "ipv4address",
    "ipv4addresses",
    "ipv4addr",
    "ip4",
    "ip4address",
    "sourceip",
    "sourceipaddress",
    "srcip",
    "clientip",
    "remoteip",
    "hostip",
    "serverip",
    "primaryip",
    "primaryip4",
    "primaryipv4",
    "ipadresse",
    "ipadressen",
    "ipadres",
    "adresseip",
    "direccionip",
    "indirizzoip",
    "ipprefix",
    "ipnetwork",
    "iprange",
    "ipblock",
    "cidr",
    "cidrblock",
    "netblock",
};
static const char *const ip6[] = {"ipv6",        "ipv6address",      "ipv6addresses", "ipv6addr",
                                  "ip6",         "ip6address",       "publicipv6",    "primaryip6",
                                  "primaryipv6", "publicipv6address"};
static const char *const ip_weak[] = {"address", "addresses", "addr",      "prefix", "network",
                                      "range",   "subnet",    "target",    "source", "adresse",
                                      "host",    "privateip", "internalip"};
static const char *const first_strong[] = {
    "firstip", "startip",      "ipfirst",      "ipstart",    "fromip",
    "ipfrom",  "startaddress", "firstaddress", "rangestart", "startipaddress"};
static const char *const last_strong[] = {"lastip",   "endip",       "iplast",     "ipend",
                                          "toip",     "ipto",        "endaddress", "lastaddress",
                                          "rangeend", "endipaddress"};
static const char *const first_weak[] = {"start", "first", "from", "begin"};
static const char *const last_weak[] = {"end", "last", "to"};
static const char *const mask_strong[] = {
    "prefixlen",    "prefixlength", "prefixsize", "masklen",    "masklength",
    "maskbits",     "netmaskbits",  "subnetbits", "cidrlen",    "cidrlength",
    "cidrbits",     "cidrmask",     "netmask",    "subnetmask", "netzmaske",
    "subnetzmaske", "networkmask",  "ipmask",     "mask"};
static const char *const mask_weak[] = {"prefix", "cidr", "ipprefix", "cidrblock"};
static const char *const host_strong[] = {
    "expectedhostname",
    "expectedhost",
    "expectedptr",
    "expectedname",
    "expected",
    "ptr",
    "ptrname",
    "ptrrecord",
    "ptrdname",
    "dnsptr",
    "dnsptrrecord",
    "ptrdomainname",
    "publicptrdomainname",
    "reversefqdn",
    "rdns",
    "rdnsname",
    "reversedns",
    "reversednsname",
    "reversednsrecord",
    "reversehostname",
    "dname",
    "fqdn",
    "hostfqdn",
    "dnsname",
    "dnshostname",
    "hostname",
    "host",
    "helo",
    "ehlo",
    "heloname",
    "rechnername",
};
static const char *const host_weak[] = {"reverse", "name",     "label", "servername", "server",
                                        "machine", "nodename", "node",  "rechner"};
static const char *const domain[] = {"domain", "domainname"};
static const char *const dmarc[] = {"headerfrom",   "envelopefrom", "sourcebasedomain",
                                    "policydomain", "adkim",        "aspf"};

const struct column_words COLUMN_IP_STRONG = WORDS(ip_strong);
const struct column_words COLUMN_IP_WEAK = WORDS(ip_weak);
const struct column_words COLUMN_IP6 = WORDS(ip6);
const struct column_words COLUMN_FIRST_STRONG = WORDS(first_strong);
const struct column_words COLUMN_FIRST_WEAK = WORDS(first_weak);
const struct column_words COLUMN_LAST_STRONG = WORDS(last_strong);
const struct column_words COLUMN_LAST_WEAK = WORDS(last_weak);
const struct column_words COLUMN_MASK_STRONG = WORDS(mask_strong);
const struct column_words COLUMN_MASK_WEAK = WORDS(mask_weak);
const struct column_words COLUMN_HOST_STRONG = WORDS(host_strong);
const struct column_words COLUMN_HOST_WEAK = WORDS(host_weak);
const struct column_words COLUMN_DOMAIN = WORDS(domain);
const struct column_words COLUMN_DMARC = WORDS(dmarc);

/* False: longer than any word, or nothing is left. */
static bool fold(char out[WORD_MAX], const char *text, size_t length)
{
    size_t n = 0;

    for (size_t i = 0; i < length; i++) {
        char c = text[i];

        if (strchr(" \t\r\n-_.*()", c) && c != '\0')
            continue;
        if (n + 1 == WORD_MAX)
            return false;
        out[n++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    out[n] = '\0';
    return n > 0 && strlen(out) == n;
}

static bool is_excluded(unsigned column, const unsigned *excluded, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (excluded[i] == column)
            return true;
    }
    return false;
}

static unsigned find_word(const char *word, const struct row *header, const unsigned *excluded,
                          unsigned excluded_count)
{
    char folded[WORD_MAX];

    for (unsigned i = 0; i < header->count; i++) {
        const struct cell *cell = &header->cells[i];

        if (fold(folded, cell->text, cell->length) && strcmp(folded, word) == 0 &&
            !is_excluded(i, excluded, excluded_count))
            return i;
    }
    return COLUMN_NONE;
}

unsigned column_words_find(const struct column_words *words, const struct row *header,
                           const unsigned *excluded, unsigned excluded_count)
{
    for (unsigned i = 0; i < words->count; i++) {
        unsigned column = find_word(words->words[i], header, excluded, excluded_count);

        if (column != COLUMN_NONE)
            return column;
    }
    return COLUMN_NONE;
}

unsigned column_name_find(const char *name, const struct row *header)
{
    char folded[WORD_MAX];

    return fold(folded, name, strlen(name)) ? find_word(folded, header, NULL, 0) : COLUMN_NONE;
}

bool column_begins_header(const struct cell *cell)
{
    static const char WORD[] = "header-";

    if (cell->length < sizeof(WORD))
        return false;
    for (size_t i = 0; i < sizeof(WORD) - 1; i++) {
        char c = cell->text[i];

        if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != WORD[i])
            return false;
    }
    return true;
}
