#include "audit/opt_record.h"

#include "audit/extended_error.h"

enum {
    RR_OPT = 41,
    LOW_RCODE = 0x000f,
    OPTION_HEAD = 4, /* OPTION-CODE, OPTION-LENGTH (RFC 6891 6.1.2) */
    OPTION_EXTENDED_ERROR = 15
};

static uint16_t read_options(const struct packet *packet, const struct record *record,
                             uint16_t code)
{
    size_t at = record->rdata;
    size_t end = record->rdata + record->rdlen;

    while (end - at >= OPTION_HEAD) {
        unsigned option = packet_get16(packet, at);
        size_t size = packet_get16(packet, at + 2);

        at += OPTION_HEAD;
        if (size > end - at)
            break;
        if (option == OPTION_EXTENDED_ERROR && size >= 2)
            code = extended_error_heavier(code, packet_get16(packet, at));
        at += size;
    }
    return code;
}

void opt_record_read(const struct packet *packet, const struct record *record, uint16_t *rcode,
                     uint16_t *extended_error)
{
    if (record->type != RR_OPT || packet->bytes[record->owner] != 0)
        return;
    *rcode = (uint16_t)((*rcode & LOW_RCODE) | record->ttl >> 24 << 4);
    *extended_error = read_options(packet, record, *extended_error);
}
