/* SQL that makes the sums of all rows of a run file, as a stranger can who writes it with another
 * program. */
#ifndef TESTS_RUN_SUMS_H
#define TESTS_RUN_SUMS_H

#include "io/run/run_file_private.h"

#define RUN_SUMS                                                                      \
    "UPDATE meta SET sum = " SUM_META "; UPDATE source SET sum = " SUM_SOURCE         \
    "; UPDATE item SET sum = " SUM_ITEM "; UPDATE rejected SET sum = " SUM_REJECTED   \
    "; UPDATE found SET sum = " SUM_FOUND "; UPDATE zone SET sum = " SUM_ZONE         \
    "; UPDATE vantage SET sum = " SUM_VANTAGE "; UPDATE seen SET sum = " SUM_SEEN     \
    "; UPDATE ask SET sum = " SUM_ASK "; UPDATE nameserver SET sum = " SUM_NAMESERVER \
    "; UPDATE zone_server SET sum = " SUM_ZONE_SERVER "; UPDATE told SET sum = " SUM_TOLD

#endif
