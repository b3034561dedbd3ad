#include "audit/dnsname.h"

#include <string.h>

#include "audit/ascii.h"

static bool is_visible(uint8_t octet)
{
    return octet > 0x20 && octet < 0x7f;
}

/* Letters, digits and the hyphen (RFC 952, RFC 1123 2.1). A table, since most octets of most names
 * are among them. */
static const bool LDH[UINT8_MAX + 1] = {
    ['-'] = true, ['0' ... '9'] = true, ['A' ... 'Z'] = true, ['a' ... 'z'] = true};

static bool all_ldh(const uint8_t *label)
{
    bool good = true;

    for (unsigned i = 1; i <= *label; i++)
        good &= LDH[label[i]];
    return good;
}

/* Length octets are at most 63, below 'A': whole wire forms can be compared and lowered octet by
 * octet. */
static bool equal_octets(const uint8_t *a, const uint8_t *b, size_t len)
{
    if (memcmp(a, b, len) == 0)
        return true;
    for (size_t i = 0; i < len; i++) {
        if (a[i] != b[i] && ascii_lower(a[i]) != ascii_lower(b[i]))
            return false;
    }
    return true;
}

/* Reads an escape after a backslash: \DDD or \X. Returns the octets of text used; 0 if it is not
 * valid. */
static size_t read_escape(uint8_t *octet, const char *text, size_t len)
{
    if (len < 2 || !is_visible((uint8_t)text[1]))
        return 0;
    if (!ascii_is_digit(text[1])) {
        *octet = (uint8_t)text[1];
        return 2;
    }
    if (len < 4 || !ascii_is_digit(text[2]) || !ascii_is_digit(text[3]))
        return 0;
    int value = (text[1] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0');
    if (value > 255)
        return 0;
    *octet = (uint8_t)value;
    return 4;
}

/* Reads one octet of a label, plain or escaped. Returns the octets of text used; 0 if it is not
 * valid. */
static size_t read_octet(uint8_t *octet, const char *text, size_t len)
{
    if (*text == '\\')
        return read_escape(octet, text, len);
    *octet = (uint8_t)*text;
    return is_visible(*octet) ? 1 : 0;
}

/* Reads one label, up to its dot or the end of the text. `room`: octets left in out, including the
 * length octet. Returns the octets of text used; 0 if it is not valid. */
static size_t read_label(uint8_t *out, size_t room, const char *text, size_t len)
{
    size_t at = 0;
    size_t size = 0;

    while (at < len && text[at] != '.') {
        uint8_t octet;
        size_t used = read_octet(&octet, text + at, len - at);
        if (used == 0 || size == DNSLABEL_MAX || size + 1 >= room)
            return 0;
        out[++size] = octet;
        at += used;
    }
    out[0] = (uint8_t)size;
    return size > 0 ? at : 0;
}

/* Most names are letters, digits, hyphens and single dots between them, which are copied at once.
 * False: another name, or none. */
static bool read_plain(struct dnsname *out, const char *text, size_t len)
{
    if (len == 0 || len > DNSNAME_MAX - 2)
        return false;
    out->length = (uint8_t)(len + 2);
    memcpy(out->wire + 1, text, len);

    uint8_t *label = out->wire, *end = out->wire + 1 + len;
    bool good = true;
    for (uint8_t *at = label + 1; at < end; at++) {
        if (*at != '.') {
            good &= LDH[*at];
            continue;
        }
        *label = (uint8_t)(at - label - 1);
        good &= *label > 0 && *label <= DNSLABEL_MAX;
        label = at;
    }
    *label = (uint8_t)(end - label - 1);
    *end = 0;
    return good && *label > 0 && *label <= DNSLABEL_MAX;
}

bool dnsname_from_text(struct dnsname *out, const char *text, size_t len)
{
    size_t size = 0;

    if (read_plain(out, text, len))
        return true;
    if (len == 1 && *text == '.')
        len = 0;
    else if (len == 0)
        return false;
    for (size_t at = 0; at < len; at++) { /* at++ skips the dot */
        size_t room = DNSNAME_MAX - 1 - size;
        size_t used = room > 1 ? read_label(out->wire + size, room, text + at, len - at) : 0;
        if (used == 0)
            return false;
        at += used;
        size += 1 + out->wire[size];
    }
    out->wire[size++] = 0;
    out->length = (uint8_t)size;
    return true;
}

bool dnsname_from_wire(struct dnsname *out, const uint8_t *octets, size_t len)
{
    size_t at = 0;

    if (len == 0 || len > DNSNAME_MAX)
        return false;
    while (at < len && octets[at] != 0) {
        if (octets[at] > DNSLABEL_MAX)
            return false;
        at += 1 + (size_t)octets[at];
    }
    if (at + 1 != len)
        return false;
    memcpy(out->wire, octets, len);
    out->length = (uint8_t)len;
    return true;
}

static char *print_octet(char *at, uint8_t octet)
{
    switch (octet) {
    case '.':
    case '\\':
        *at++ = '\\';
        *at++ = (char)octet;
        return at;
    case '"':
    case '(':
    case ')':
    case ';':
    case '@':
    case '$':
        break;
    default:
        if (is_visible(octet)) {
            *at++ = (char)octet;
            return at;
        }
    }
    *at++ = '\\';
    *at++ = (char)('0' + octet / 100);
    *at++ = (char)('0' + octet / 10 % 10);
    *at++ = (char)('0' + octet % 10);
    return at;
}

static char *print_label(char *at, const uint8_t *label)
{
    unsigned length = *label;

    if (all_ldh(label)) {
        memcpy(at, label + 1, length);
        return at + length;
    }
    for (unsigned i = 1; i <= length; i++)
        at = print_octet(at, label[i]);
    return at;
}

size_t dnsname_print_absolute(char out[DNSNAME_TEXT_MAX], const struct dnsname *name)
{
    char *at = out;

    if (name->length == 1)
        *at++ = '.';
    for (const uint8_t *label = name->wire; *label != 0; label += 1 + *label) {
        at = print_label(at, label);
        *at++ = '.';
    }
    *at = '\0';
    return (size_t)(at - out);
}

size_t dnsname_print(char out[DNSNAME_TEXT_MAX], const struct dnsname *name)
{
    size_t len = dnsname_print_absolute(out, name);

    if (name->length > 1)
        out[--len] = '\0';
    return len;
}

/* A plain name has no other form. */
bool dnsname_from_printed(struct dnsname *out, const char *text, size_t len)
{
    char printed[DNSNAME_TEXT_MAX];

    return read_plain(out, text, len) ||
           (dnsname_from_text(out, text, len) && dnsname_print(printed, out) == len &&
            memcmp(printed, text, len) == 0);
}

void dnsname_copy(struct dnsname *out, const struct dnsname *name)
{
    out->length = name->length;
    memcpy(out->wire, name->wire, name->length);
}

bool dnsname_equal(const struct dnsname *a, const struct dnsname *b)
{
    return a->length == b->length && equal_octets(a->wire, b->wire, a->length);
}

int dnsname_compare(const struct dnsname *a, const struct dnsname *b)
{
    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    for (unsigned i = 0; i < a->length; i++) {
        if (ascii_lower(a->wire[i]) != ascii_lower(b->wire[i]))
            return ascii_lower(a->wire[i]) < ascii_lower(b->wire[i]) ? -1 : 1;
    }
    return 0;
}

bool dnsname_within(const struct dnsname *name, const struct dnsname *zone)
{
    size_t at = 0;

    if (name->length < zone->length)
        return false;
    while (at < (size_t)(name->length - zone->length))
        at += 1 + (size_t)name->wire[at];
    return at + zone->length == name->length &&
           equal_octets(name->wire + at, zone->wire, zone->length);
}

bool dnsname_within_text(const struct dnsname *name, const char *zone)
{
    struct dnsname parsed;

    return dnsname_from_text(&parsed, zone, strlen(zone)) && dnsname_within(name, &parsed);
}

bool dnsname_move(struct dnsname *out, const struct dnsname *name, const struct dnsname *from,
                  const struct dnsname *to)
{
    size_t kept = (size_t)name->length - from->length;

    if (kept + to->length > DNSNAME_MAX)
        return false;
    memcpy(out->wire, name->wire, kept);
    memcpy(out->wire + kept, to->wire, to->length);
    out->length = (uint8_t)(kept + to->length);
    return true;
}

bool dnsname_parent(struct dnsname *out, const struct dnsname *name)
{
    if (name->length == 1)
        return false;
    size_t first = 1 + (size_t)name->wire[0];
    out->length = (uint8_t)(name->length - first);
    memmove(out->wire, name->wire + first, out->length);
    return true;
}

unsigned dnsname_labels(const struct dnsname *name)
{
    unsigned labels = 0;

    for (const uint8_t *label = name->wire; *label != 0; label += 1 + *label)
        labels++;
    return labels;
}

uint32_t dnsname_hash(const struct dnsname *name)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < name->length; i++)
        hash = (hash ^ ascii_lower(name->wire[i])) * 16777619u;
    return hash;
}

void dnsname_lower(struct dnsname *name)
{
    for (unsigned i = 0; i < name->length; i++)
        name->wire[i] = ascii_lower(name->wire[i]);
}

static const uint8_t *last_label(const struct dnsname *name)
{
    const uint8_t *label = name->wire;

    while (label[1 + *label] != 0)
        label += 1 + *label;
    return label;
}

bool dnsname_has_top(const struct dnsname *name, const char *label)
{
    const uint8_t *last = name->length > 1 ? last_label(name) : name->wire;

    return *last == strlen(label) && equal_octets(last + 1, (const uint8_t *)label, *last);
}

static bool label_is_number(const uint8_t *label)
{
    for (unsigned i = 1; i <= *label; i++) {
        if (!ascii_is_digit((char)label[i]))
            return false;
    }
    return true;
}

static enum hostname_fault label_fault(const uint8_t *label)
{
    enum hostname_fault fault = HOSTNAME_OK;

    if (label[1] == '-' || label[*label] == '-')
        return HOSTNAME_NOT_LDH;
    for (unsigned i = 1; i <= *label; i++) {
        if (label[i] == '_')
            fault = HOSTNAME_UNDERSCORE;
        else if (!LDH[label[i]])
            return HOSTNAME_NOT_LDH;
    }
    return fault;
}

static enum hostname_fault labels_fault(const struct dnsname *name)
{
    enum hostname_fault fault = HOSTNAME_OK;

    for (const uint8_t *label = name->wire; *label != 0 && fault != HOSTNAME_NOT_LDH;
         label += 1 + *label) {
        enum hostname_fault one = label_fault(label);
        fault = one != HOSTNAME_OK ? one : fault;
    }
    return fault;
}

/* `wire` is a string literal of labels; its NUL is the root label. */
static bool ends_with(const uint8_t *labels, const char *wire)
{
    return equal_octets(labels, (const uint8_t *)wire, strlen(wire) + 1);
}

static bool is_localhost(const struct dnsname *name, const uint8_t *last)
{
    static const char localdomain[] = "\11localhost\13localdomain";

    if (*last == 9 && ends_with(last, "\11localhost"))
        return true;
    return name->length == sizeof localdomain && ends_with(name->wire, localdomain);
}

enum hostname_fault dnsname_hostname_fault(const struct dnsname *name)
{
    if (name->length == 1)
        return HOSTNAME_ROOT;
    const uint8_t *last = last_label(name);
    if (label_is_number(last))
        return HOSTNAME_ADDRESS;
    if (is_localhost(name, last))
        return HOSTNAME_LOCALHOST;
    if (last == name->wire)
        return HOSTNAME_ONE_LABEL;
    if (*last == 4 && ends_with(last, "\4arpa"))
        return HOSTNAME_ARPA;
    return labels_fault(name);
}

bool dnsname_is_looked_up(const struct dnsname *name)
{
    enum hostname_fault fault = dnsname_hostname_fault(name);

    return fault == HOSTNAME_OK || fault == HOSTNAME_UNDERSCORE;
}

bool dnsname_lost_dot(struct dnsname *meant, const struct dnsname *name,
                      const struct dnsname *owner)
{
    enum { ZONE_LABELS_MIN = 3 }; /* in-addr.arpa and ip6.arpa hold no PTR records */
    struct dnsname zone;
    bool more = true;

    for (dnsname_copy(&zone, owner); more && !dnsname_within(name, &zone);)
        more = dnsname_parent(&zone, &zone);
    if (dnsname_labels(&zone) < ZONE_LABELS_MIN)
        return false;
    size_t before = (size_t)(name->length - zone.length);
    memcpy(meant->wire, name->wire, before);
    meant->wire[before] = 0;
    meant->length = (uint8_t)(before + 1);
    return dnsname_hostname_fault(meant) == HOSTNAME_OK;
}

const char *hostname_fault_text(enum hostname_fault fault)
{
    switch (fault) {
    case HOSTNAME_OK:
        return "is a host name";
    case HOSTNAME_ROOT:
        return "is the root of the DNS";
    case HOSTNAME_ADDRESS:
        return "is an address written as a name";
    case HOSTNAME_ONE_LABEL:
        return "has only one label";
    case HOSTNAME_LOCALHOST:
        return "is a name of the local host";
    case HOSTNAME_ARPA:
        return "lies below arpa";
    case HOSTNAME_NOT_LDH:
        return "holds characters other than letters, digits and inner hyphens";
    case HOSTNAME_NOT_PUBLIC:
        return "is below a domain that the public DNS does not have";
    case HOSTNAME_UNDERSCORE:
        return "holds an underscore, which no host name has";
    }
    return "is no host name";
}
