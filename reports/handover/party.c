#include "reports/handover/party.h"

#include <stdio.h>
#include <string.h>

#include "io/output/mail_out.h"
#include "reports/mailbox.h"
#include "reports/vantage_words.h"
#include "reports/words.h"

#define NOW "; now: "
#define AS_ABOVE "as above"
#define CONTINUED "        " /* begins a further line of a record */

static const struct party_words {
    const char *wanted; /* start of the subject */
    const char *request;
    const char *reason;
} words[FIXERS] = {
    [FIXER_REVERSE_ZONE] =
        {"PTR records",
         "Please set the PTR records below in the reverse zone. They replace any other PTR records "
         "at these names, since each address should have one name.",
         "A receiving mail server looks up the name of the sending address (PTR record), then the "
         "addresses of that name. If the sending address is not among them, the server may refuse, "
         "defer or mark down the message (RFC 8601 2.7.3). Only the operator of the reverse zone "
         "can set the PTR record."},
    [FIXER_HOST_NAME] =
        {"Address records",
         "Please add the address records below to the zone of the host names. Other addresses of "
         "these names may stay if they are in use. A CNAME at one of these names must be removed.",
         "A receiving mail server looks up the name of the sending address (PTR record), then the "
         "addresses of that name. If the sending address is not among them, the server may refuse, "
         "defer or mark down the message (RFC 8601 2.7.3). Only the owner of the host name can set "
         "its address records. Wrong PTR records are reported to the operator of the reverse "
         "zone."},
    [FIXER_FAILING_ZONE] = {"Failing DNS",
                            "Please find out why lookups in the zone fail for the addresses "
                            "below, and remove the cause. Usual causes: a name server that does "
                            "not serve the zone, expired signatures, a firewall, CNAME records "
                            "that form a loop.",
                            "A receiving mail server looks up the name of the sending address (PTR "
                            "record), then the addresses of that name. If the DNS answers with an "
                            "error, the server defers or refuses the message (RFC 8601 2.7.3)."},
    [FIXER_NAME_SERVERS] =
        {"Inconsistent name servers",
         "Please bring all name servers of the zone to the same version: those below give "
         "different "
         "answers. Usual causes: a failing zone transfer, a forgotten server, a change that has "
         "not reached every server.",
         "A receiving mail server looks up the name of the sending address (PTR record), then the "
         "addresses of that name. It may ask any of the name servers. While they disagree, the "
         "same "
         "message is sometimes accepted and sometimes refused (RFC 1034 4.3.5)."},
};

#define BROKEN_REQUEST                                                                            \
    "find out why the name servers below fail for the zone, and repair them or remove them from " \
    "its delegation (NS records in the zone and in its parent). Usual causes: a server without "  \
    "the zone (lame), a server that is off or blocked by a firewall, a server name without an "   \
    "address."
#define BROKEN_REASON                                                                            \
    "A receiving mail server looks up the name of the sending address (PTR record), then the "   \
    "addresses of that name. It may ask any of the name servers. A failing one costs time, and " \
    "if the receiver gives up, it defers or refuses the message (RFC 1912 2.8)."

/* For name servers that fail, and for those that both fail and differ. */
static const struct party_words broken_words = {"Failing name servers", "Please " BROKEN_REQUEST,
                                                BROKEN_REASON};
static const struct party_words both_words = {"Inconsistent or failing name servers",
                                              "Please bring all name servers of the zone to the "
                                              "same version: some of those below give different "
                                              "answers. Also, " BROKEN_REQUEST,
                                              BROKEN_REASON};

static const struct party_words *words_of(const struct fix_party *party)
{
    if (party->on_broken_servers == 0)
        return &words[party->who];
    return party->inconsistent > 0 ? &both_words : &broken_words;
}

static const char names_first[] =
    "Each address below needs a PTR record. The sender has not chosen the host names yet, so no "
    "records are listed. Please state how to submit the names, or who sets the records.";

bool party_has_records(const struct party *party)
{
    return party->fix->records > 0;
}

bool party_lists_lookups(const struct party *party)
{
    return party->fix->lists_lookups;
}

const char *party_lookups(void)
{
    return "For each address the lookup that failed, and how:";
}

const char *party_failure(char out[SHORTFALL_MAX], const struct fix_item *item)
{
    struct present present;

    out[0] = '\0';
    if (!item->present)
        return out;
    present_get(&present, item->present);
    return answer_shortfall_print(out, present.kind, present.rcode, present.extended_error);
}

size_t party_lookup(char out[LOOKUP_TEXT_MAX], const struct fix_item *item)
{
    char name[DNSNAME_TEXT_MAX], why[SHORTFALL_MAX];

    dnsname_print(name, &item->fix.owner);
    return (size_t)snprintf(out, LOOKUP_TEXT_MAX, "%s %s: %s", question_type_text(item->fix.type),
                            name, party_failure(why, item));
}

const char *party_asker(const struct party *party)
{
    return party->plan->asked_by ? party->plan->asked_by
                                 : "the sender of mail from the addresses below";
}

const char *party_request(const struct party *party)
{
    bool nameless = party->fix->who == FIXER_REVERSE_ZONE && !party_has_records(party);

    return nameless ? names_first : words_of(party->fix)->request;
}

const char *party_reason(const struct party *party)
{
    return words_of(party->fix)->reason;
}

void party_decision(char out[DECISION_MAX], const struct party *party)
{
    char count[GROUPED_MAX], domain[DOMAIN_TEXT_MAX] = "in a domain of its own";
    uint64_t nameless = party->fix->without_record;

    out[0] = '\0';
    if (party->fix->shared > 0) {
        grouped_print(count, party->fix->shared);
        snprintf(
            out, DECISION_MAX,
            "%s of the records below %s a PTR name that many addresses have. The sender must "
            "first decide: if each address gets a host name of its own, the PTR records change "
            "and these records are not needed.",
            count, party->fix->shared == 1 ? "is for" : "are for");
    }
    if (nameless == 0)
        return;
    grouped_print(count, nameless);
    if (party->fix->domain.length > 0)
        domain_print(domain, &party->fix->domain);
    snprintf(out, DECISION_MAX,
             "%s address%s no host name yet. The sender must first choose %s, %s.", count,
             nameless == 1 ? " has" : "es have", nameless == 1 ? "one" : "one name for each",
             domain);
}

/* A provider may refuse a PTR record whose name does not resolve to the address, and an address
 * that passes under its present name would fail under the new one. */
void party_order(char out[ORDER_MAX], const struct party *party)
{
    uint64_t pairs = fix_party_waits(party->fix);
    char count[GROUPED_MAX];

    out[0] = '\0';
    if (pairs == 0)
        return;
    grouped_print(count, pairs);
    snprintf(out, ORDER_MAX,
             "Address records come first: %s of the host names below %s yet. Please set a PTR "
             "record only once its host name does.",
             count,
             pairs == 1 ? "does not resolve to its address" : "do not resolve to their addresses");
}

/* An address from strangers is taken only if it is nothing but an address. */
void party_address(char out[PARTY_ADDRESS_MAX], const struct fix_party *party)
{
    char contact[MAILBOX_TEXT_MAX] = "";

    out[0] = '\0';
    if (party->provider)
        snprintf(contact, sizeof(contact), "%s", party->provider->contact);
    else
        mailbox_print(contact, party->first->rname);
    if (mail_is_address(contact))
        snprintf(out, PARTY_ADDRESS_MAX, "%.*s", PARTY_ADDRESS_MAX - 1, contact);
}

const char *party_memory(void)
{
    return "Resolvers may remember the old state until the first of these times. Receivers may "
           "remember a failure for a day. Make the change first. Send the first test message after "
           "the second time, or a day after the change if that is later.";
}

const char *party_planned(void)
{
    return "This was found in zone files that are to be published, not in the published DNS.";
}

const char *party_now(const struct party *party)
{
    if (party->fix->present_at == 0)
        return "";
    return party->fix->who == FIXER_HOST_NAME
               ? "The comment \"now:\" is what the host name had when it was checked: its "
                 "addresses of the type of the record, after its CNAME if it is an alias, or none."
               : "The comment \"now:\" is what the address had when it was checked: its PTR names, "
                 "none, or not known.";
}

const char *party_still_nameless(void)
{
    return "These addresses need a PTR record too. The sender has not chosen their host names yet.";
}

static bool is_visible_ascii(const char *text)
{
    for (; *text; text++) {
        if (*text < ' ' || *text > '~')
            return false;
    }
    return true;
}

/* What follows the count: the zone, or the number of zones, and the provider's reference. Left out
 * where the line is full: the ticket repeats it further down. */
static size_t append(char out[SUBJECT_SIZE], size_t length, const char *text)
{
    size_t more = strlen(text);

    if (length + more > TICKET_COLUMNS)
        return length;
    memcpy(out + length, text, more + 1);
    return length + more;
}

size_t party_subject(char out[SUBJECT_SIZE], const struct party *party)
{
    const struct fix_party *fix = party->fix;
    char text[DNSNAME_TEXT_MAX + sizeof(" in ")] = " in ";
    char count[GROUPED_MAX];
    size_t length;

    grouped_print(count, fix->addresses);
    length = (size_t)snprintf(out, SUBJECT_SIZE, "%s for %s address%s", words_of(fix)->wanted,
                              count, plural_es(fix->addresses));
    if (fix->zone_count == 1) {
        dnsname_print(text + strlen(text), fix->first->zone);
    } else {
        grouped_print(count, fix->zone_count);
        snprintf(text, sizeof(text), " in %s zones", count);
    }
    length = append(out, length, text);
    if (fix->provider && fix->provider->reference[0] &&
        is_visible_ascii(fix->provider->reference)) {
        snprintf(text, sizeof(text), " (%s)", fix->provider->reference);
        length = append(out, length, text);
    }
    return length;
}

/* The labels left of the zone; "@" for the apex. A name outside the zone stays absolute. */
static size_t relative_print(char out[DNSNAME_TEXT_MAX], const struct dnsname *name,
                             const struct dnsname *zone)
{
    struct dnsname left;
    size_t end = (size_t)name->length - zone->length;

    if (!dnsname_within(name, zone))
        return dnsname_print_absolute(out, name);
    if (end == 0)
        return (size_t)snprintf(out, DNSNAME_TEXT_MAX, "@");
    dnsname_copy(&left, name);
    left.wire[end] = 0;
    left.length = (uint8_t)(end + 1);
    return dnsname_print(out, &left);
}

/* The number of parts from `first` on that fit in the columns. */
static unsigned parts_that_fit(const struct present *present, unsigned first, size_t columns)
{
    char text[PRESENT_PART_MAX];
    size_t used = 0;
    unsigned count = 0;

    for (; first + count < present_parts(present); count++) {
        used += (count > 0 ? strlen(", ") : 0) + present_part(text, present, first + count);
        if (used > columns)
            break;
    }
    return count;
}

/* Names are below each other; addresses share a line. */
static unsigned parts_of_line(const struct present *present, unsigned first, size_t columns)
{
    unsigned fit = present->type == RR_PTR
                       ? 1
                       : parts_that_fit(present, first, columns - strlen(CONTINUED NOW));

    return fit > 0 ? fit : 1;
}

static void put_parts(struct outfile *out, const struct present_style *style,
                      const struct present *present, unsigned first, unsigned end)
{
    char text[PRESENT_PART_MAX];

    for (unsigned i = first; i < end; i++) {
        if (i > first)
            outfile_text(out, ", ");
        style->write(out, text, present_part(text, present, i));
    }
}

void party_note_record(struct party *party, const struct fix_item *item)
{
    party->is_as_above =
        !party->zone_is_new && item->present && party->state_length > 0 &&
        dnsname_equal(&party->owner, &item->fix.owner) &&
        present_equal(party->state, party->state_length, item->present, item->present_length);
    dnsname_copy(&party->owner, &item->fix.owner);
    party->state_length = item->present_length;
    if (item->present)
        memcpy(party->state, item->present, item->present_length);
}

void party_present(struct outfile *out, const struct party *party,
                   const struct present_style *style, size_t used, const struct fix_item *item)
{
    struct present present;

    if (!item->present) {
        outfile_char(out, '\n');
        return;
    }
    present_get(&present, item->present);
    unsigned end, parts = present_parts(&present);
    bool fits = used + strlen(" " NOW) <= style->columns &&
                parts_that_fit(&present, 0, style->columns - used - strlen(" " NOW)) == parts;
    if (!fits && party->is_as_above) {
        bool has_room = used + strlen(" " NOW AS_ABOVE) <= style->columns;

        outfile_printf(out, "%c%s%s" NOW AS_ABOVE "\n%s", has_room ? ' ' : '\n', style->begin,
                       has_room ? "" : CONTINUED, style->end);
        return;
    }
    outfile_char(out, fits ? ' ' : '\n');
    for (unsigned first = 0; first < parts; first = end) {
        end = fits ? parts : first + parts_of_line(&present, first, style->columns);
        outfile_printf(out, "%s%s" NOW, style->begin, fits ? "" : CONTINUED);
        put_parts(out, style, &present, first, end);
        outfile_printf(out, "\n%s", style->end);
    }
}

static void write_text(struct outfile *out, const char *text, size_t length)
{
    outfile_write(out, text, length);
}

static const struct present_style text_style = {TICKET_COLUMNS, "", "", write_text};

void party_record(struct outfile *out, const struct party *party, const struct fix_item *item)
{
    const struct fix *fix = &item->fix;
    char owner[DNSNAME_TEXT_MAX], value[DNSNAME_TEXT_MAX], fields[32];
    size_t length = relative_print(owner, &fix->owner, party->zone->zone);
    size_t value_length;

    length += (size_t)snprintf(fields, sizeof(fields), " %d IN %s ", FIX_TTL,
                               fix->type == RR_PTR ? "PTR"
                               : fix->type == RR_A ? "A"
                                                   : "AAAA");
    if (fix->type == RR_PTR)
        value_length = dnsname_print_absolute(value, &fix->host);
    else
        value_length = ipaddr_print(value, &fix->address);
    length += value_length;
    outfile_text(out, owner);
    outfile_text(out, fields);
    if (length <= TICKET_COLUMNS) {
        outfile_text(out, value);
    } else {
        outfile_printf(out, "(\n" CONTINUED "%s )", value);
        length = strlen(CONTINUED) + value_length + strlen(" )");
    }
    party_present(out, party, &text_style, length, item);
}
