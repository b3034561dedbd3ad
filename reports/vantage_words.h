/*
 * Words for the answers of vantages and name servers. Text goes into the caller's buffer of `size`
 * octets; a longer text is cut and ends with "...". Print functions return the length.
 */
#ifndef REPORTS_VANTAGE_WORDS_H
#define REPORTS_VANTAGE_WORDS_H

#include "reports/vantage_overview.h"

/* Marks a text as cut with "..." if snprintf wanted more than `size` octets. Returns the length. */
size_t cut_text(char *out, size_t size, int wanted);
/* "PTR", "A", "AAAA" */
const char *question_type_text(uint16_t type);
/* "no PTR record", "mta7.example.com" */
size_t answer_summary_words(char *out, size_t size, const struct answer_summary *summary,
                            uint16_t type);
/* "lame: it does not have the zone" */
const char *server_state_words(enum zone_server_state state);
/* "ns1.example.com (192.0.2.1)" */
size_t server_words(char *out, size_t size, const struct run_zone_server *server);

#endif
