/* The tables of verdicts and findings as text on standard output, for `fcrdns explain`. */
#ifndef REPORTS_EXPLAIN_H
#define REPORTS_EXPLAIN_H

#include <stdbool.h>

/* Every key with its sentence, one line each. */
void explain_all(void);
/* All that the table holds about one key. False: there is no such key. */
bool explain(const char *key);

#endif
