/*
 * How many octets of audit.html each section may take, so that the page stays below PAGE_MAX for
 * every fleet. A list stops at its end and says what is missing and where that is. The item in
 * progress is completed, so a section may exceed its room by one item (a party with its zones, a
 * row): PAGE_OVER holds that, the style sheet, and what has a ceiling of its own.
 */
#ifndef REPORTS_HTML_PAGE_ROOM_H
#define REPORTS_HTML_PAGE_ROOM_H

#include <stdint.h>

enum {
    PAGE_MAX = 2000 * 1000,
    PAGE_ROOM_PARTIES = 150 * 1000,
    PAGE_ROOM_PICTURE = 300 * 1000,
    PAGE_ROOM_FIXES = 300 * 1000,
    PAGE_ROOM_VANTAGES = 150 * 1000,
    PAGE_ROOM_CHANGES = 100 * 1000, /* since an earlier run */
    PAGE_ROOM_ADDRESSES = 400 * 1000,
    PAGE_ROOM_LEAST = 30 * 1000, /* of it: for verdicts that come late */
    PAGE_ROOM_STORY = 50 * 1000,
    PAGE_OVER = 550 * 1000,
};

_Static_assert(PAGE_ROOM_PARTIES + PAGE_ROOM_PICTURE + PAGE_ROOM_FIXES + PAGE_ROOM_VANTAGES +
                       PAGE_ROOM_CHANGES + PAGE_ROOM_ADDRESSES + PAGE_ROOM_STORY + PAGE_OVER <=
                   PAGE_MAX,
               "the sections fit on the page");

/* For pages without a limit: the requests of the hand-over pack. */
#define NO_END UINT64_MAX

#endif
