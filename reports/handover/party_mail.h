/*
 * ticket.eml: the request as a mail message (RFC 5322) that a mail program opens as a draft: the
 * ticket as text, the other files attached; the page always, since it is small. It is written last,
 * from those files.
 */
#ifndef REPORTS_HANDOVER_PARTY_MAIL_H
#define REPORTS_HANDOVER_PARTY_MAIL_H

#include "reports/handover/party.h"

#define PARTY_MAIL "ticket.eml"

enum {
    MAIL_FILES_MAX = 50,              /* attached */
    MAIL_BYTES_MAX = 5 * 1024 * 1024, /* of the files attached: most mail systems accept that */
};

/* What may be attached, noted while the files are written. */
struct mail_files {
    unsigned count;                              /* zone files */
    uint64_t bytes;                              /* of them, and of addresses.csv */
    char names[MAIL_FILES_MAX][FOLDER_NAME_MAX]; /* of the first zone files */
};

/* folder: that of the party; records: the folder with its zone files, or NULL. False with *failure
 * set. */
bool party_mail_write(const struct party *party, const struct mail_files *files,
                      const struct folder *folder, const struct folder *records,
                      struct failure *failure) __attribute__((warn_unused_result));

#endif
