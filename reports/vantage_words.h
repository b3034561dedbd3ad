/* Words for what vantages and name servers answer. Text goes into a buffer of the caller's, of
 * `size` octets; where it does not fit it ends with "...". Functions that print return the length.
 */
#ifndef REPORTS_VANTAGE_WORDS_H
#define REPORTS_VANTAGE_WORDS_H

#include "reports/vantage_overview.h"

/* The length of a text of which snprintf wanted to write `wanted` octets; puts the "..." where it
 * was cut. */
size_t cut_text(char *out, size_t size, int wanted);
/* "PTR", "A", "AAAA" */
const char *question_type_text(uint16_t type);
/* What a summary says, cut at size: "no PTR record", "mta7.example.com". Returns the length. */
size_t answer_summary_words(char *out, size_t size, const struct answer_summary *summary,
                            uint16_t type);
/* "lame: it does not have the zone" */
const char *server_state_words(enum zone_server_state state);
/* "ns1.example.com (192.0.2.1)", cut at size. Returns the length. */
size_t server_words(char *out, size_t size, const struct run_zone_server *server);

#endif
