#include "reports/handover/party_mail.h"

#include <stdio.h>
#include <string.h>

#include "io/output/mail_out.h"
#include "reports/words.h"

/* Never in a body: neither base64 nor quoted-printable can contain "=_". */
#define BOUNDARY "=_fcrdns_request"

enum { SENTENCE_MAX = 256 };

static void put_part(struct outfile *out, const char *type, const char *encoding, const char *file)
{
    outfile_printf(out,
                   "\r\n--" BOUNDARY "\r\nContent-Type: %s; charset=utf-8\r\n"
                   "Content-Transfer-Encoding: %s\r\n",
                   type, encoding);
    if (file)
        outfile_printf(out, "Content-Disposition: attachment; filename=\"%s\"\r\n", file);
    outfile_text(out, "\r\n");
}

/* Sender and date are those of the person who sends it: the mail program sets them. */
static void put_headers(struct outfile *out, const struct party *party)
{
    char address[PARTY_ADDRESS_MAX];
    char subject[SUBJECT_SIZE];

    party_address(address, party->fix);
    party_subject(subject, party);
    if (address[0])
        outfile_printf(out, "To: %s\r\n", address);
    outfile_printf(out,
                   "Subject: %s\r\nX-Unsent: 1\r\nMIME-Version: 1.0\r\n"
                   "Content-Type: multipart/mixed; boundary=\"" BOUNDARY "\"\r\n",
                   subject);
}

static bool fits(const struct mail_files *files)
{
    return files->count <= MAIL_FILES_MAX && files->bytes <= MAIL_BYTES_MAX;
}

/* Names what is too much for a mail: nothing is left out in silence. */
static void put_not_attached(struct outfile *out, const struct mail_files *files)
{
    char count[GROUPED_MAX];
    char text[SENTENCE_MAX];
    int length;

    grouped_print(count, files->count);
    length = snprintf(text, sizeof(text),
                      "NOT ATTACHED, because of its size: %s%s%s%s.\n"
                      "Send the folder as an archive.\n\n",
                      party_csv_format.file, files->count > 0 ? " and the " : "",
                      files->count > 0 ? count : "",
                      files->count == 0  ? ""
                      : files->count > 1 ? " files of records/"
                                         : " file of records/");
    mail_quoted(out, text, (size_t)length);
}

static bool put_file(struct outfile *out, const char *type, const struct folder *folder,
                     const char *name, struct failure *failure)
{
    put_part(out, type, "base64", name);
    return mail_base64_file(out, folder, name, failure);
}

static bool put_files(struct outfile *out, const struct mail_files *files,
                      const struct folder *folder, const struct folder *records,
                      struct failure *failure)
{
    bool good = put_file(out, "text/csv", folder, party_csv_format.file, failure);

    for (unsigned i = 0; i < files->count && good; i++)
        good = put_file(out, "text/plain", records, files->names[i], failure);
    return good;
}

bool party_mail_write(const struct party *party, const struct mail_files *files,
                      const struct folder *folder, const struct folder *records,
                      struct failure *failure)
{
    struct outfile *out = outfile_open_new(folder, PARTY_MAIL, failure);
    bool good;

    if (!out)
        return false;
    put_headers(out, party);
    put_part(out, "text/plain", "quoted-printable", NULL);
    if (!fits(files))
        put_not_attached(out, files);
    good = mail_quoted_file(out, folder, party_ticket_format.file, failure) &&
           put_file(out, "text/html", folder, party_page_format.file, failure) &&
           (!fits(files) || put_files(out, files, folder, records, failure));
    if (!good) {
        outfile_discard(out);
        return false;
    }
    outfile_text(out, "\r\n--" BOUNDARY "--\r\n");
    return outfile_close(out, failure);
}
