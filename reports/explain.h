/* Prints the tables of verdicts and findings to standard output, for `fcrdns explain`. */
#ifndef REPORTS_EXPLAIN_H
#define REPORTS_EXPLAIN_H

#include <stdbool.h>

/* Every key and its sentence, one per line. */
void explain_all(void);
/* Everything the table holds about one key. False: unknown key. */
bool explain(const char *key);

#endif
