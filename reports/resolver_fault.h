/*
 * Is a resolver at fault, rather than a zone? If no question of a run was answered with anything
 * but an error, its errors show nothing about any zone: the result is NOT KNOWN, the resolvers are
 * named, and no party is.
 *
 * Only this file decides whether that is so; render.c passes it on to the judge (audit/blame.h).
 *
 * Threads: no state.
 */
#ifndef REPORTS_RESOLVER_FAULT_H
#define REPORTS_RESOLVER_FAULT_H

#include "io/run/run_records.h"

/* False for answers from zone files, and if nothing was asked. */
bool resolver_fault_in_run(const struct run_record *record);

enum {
    RESOLVER_FAULTS_TEXT_MAX = ENDPOINTS_MAX * (RESOLVER_FAULT_TEXT_MAX + 2) + RECORD_TEXT_MAX,
};
/* "192.0.2.53@53 answers REFUSED to every question: ...; ...", each resolver once, of all runs
 * without answers, then who replies in their place; printable; "" if there is no such run. Returns
 * the number of these resolvers. */
unsigned resolver_faults_print(char out[RESOLVER_FAULTS_TEXT_MAX], struct run_records records,
                               unsigned count);

/* The percentage of temporary errors above which answers are not trusted (exit code 75):
 * `most`, or NULL if no number of them counts: zone files give the same answers later, and a
 * resolver at fault is the reason itself. All runs are from zone files, or none is. */
const double *unanswered_limit(const double *most, struct run_records records, unsigned count);

/* "192.0.2.53@53 withheld 3 of 120 answers; ...": the resolvers that filter, of all runs. Returns
 * `out`, or NULL if none does. */
const char *resolver_filters_print(char out[RESOLVER_FAULTS_TEXT_MAX], struct run_records records,
                                   unsigned count);

#endif
