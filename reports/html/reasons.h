/*
 * The first screen of audit.html: why addresses do not pass, and the warnings for those that pass.
 * Threads: no state.
 */
#ifndef REPORTS_HTML_REASONS_H
#define REPORTS_HTML_REASONS_H

#include "io/output/outfile.h"
#include "reports/tally.h"

/* "Do not pass: no-ptr 17, ptr-invalid 3"; nothing if every address passes or is accepted. */
void html_faults_write(const struct tally *tally, struct outfile *out);
/* What the number of passing addresses does not say. Where others do not pass, a line is enough. */
void html_warnings_write(const struct tally *tally, struct outfile *out);

#endif
