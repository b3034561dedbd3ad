/* The command line of the responder. */
#ifndef TESTS_RESPONDER_OPTIONS_H
#define TESTS_RESPONDER_OPTIONS_H

#include "tests/responder/responder.h"

enum options_result { OPTIONS_GO, OPTIONS_HELP, OPTIONS_WRONG };

/* Loads zones into the book in the order of the options. */
enum options_result options_read(struct settings *settings, struct answerbook *book, int argc,
                                 char **argv, char message[ANSWERBOOK_ERROR_MAX]);
void options_help(void);

#endif
