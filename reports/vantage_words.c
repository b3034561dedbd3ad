#include "reports/vantage_words.h"

#include <stdio.h>
#include <string.h>

const char *question_type_text(uint16_t type)
{
    return type == RR_PTR ? "PTR" : type == RR_A ? "A" : "AAAA";
}

size_t cut_text(char *out, size_t size, int wanted)
{
    static const char DOTS[] = "...";

    if (wanted >= 0 && (size_t)wanted < size)
        return (size_t)wanted;
    memcpy(out + size - sizeof(DOTS), DOTS, sizeof(DOTS));
    return size - 1;
}

size_t answer_summary_words(char *out, size_t size, const struct answer_summary *summary,
                            uint16_t type)
{
    static const char *const before[SUMMARY_KINDS] = {
        [SUMMARY_NONE] = "no answer, or an error",
        [SUMMARY_NAMES] = "",
        [SUMMARY_MANY] = "these and further names: ",
        [SUMMARY_ALIAS] = "an alias of ",
        [SUMMARY_HELD] = "the address",
        [SUMMARY_OTHERS] = "not the address, but ",
        [SUMMARY_NOTHING] = "",
    };

    if (summary->kind == SUMMARY_NOTHING)
        return cut_text(out, size, snprintf(out, size, "no %s record", question_type_text(type)));
    return cut_text(out, size, snprintf(out, size, "%s%s", before[summary->kind], summary->text));
}

size_t server_words(char *out, size_t size, const struct run_zone_server *server)
{
    char name[DNSNAME_TEXT_MAX], address[IPADDR_TEXT_MAX];

    dnsname_print(name, &server->name);
    if (server->state == ZONE_SERVER_NO_ADDRESS)
        return cut_text(out, size, snprintf(out, size, "%s", name));
    ipaddr_print(address, &server->address);
    return cut_text(out, size, snprintf(out, size, "%s (%s)", name, address));
}

const char *server_state_words(enum zone_server_state state)
{
    static const char *const words[ZONE_SERVER_STATES] = {
        [ZONE_SERVER_NEW] = "not asked: the run ended before",
        [ZONE_SERVER_WHOLE] = "answers",
        [ZONE_SERVER_SILENT] = "does not answer",
        [ZONE_SERVER_LAME] = "lame: it does not have the zone",
        [ZONE_SERVER_NOT_ASKED_SPECIAL] = "special-purpose address: not asked",
        [ZONE_SERVER_UNREACHABLE] = "no route from here: not asked",
        [ZONE_SERVER_NO_ADDRESS] = "its name has no address",
    };

    return words[state];
}
