#include "io/output/mail_out.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "audit/ascii.h"
#include "audit/dnsname.h"
#include "io/output/base64.h"

enum {
    LINE = 76,                    /* columns of a line (RFC 2045 6.7, 6.8) */
    OCTETS_A_LINE = LINE / 4 * 3, /* of base64 */
    PORTION = 57 * 1024,          /* octets read at a time: whole lines of base64 */
    ADDRESS_MAX = 254,            /* RFC 5321 4.5.3.1.3, without the brackets */
    LOCAL_MAX = 64,
};

/* Gives a file in portions of PORTION octets; only the last one is shorter. */
typedef void portion_fn(struct outfile *out, const uint8_t *octets, size_t length);

static bool read_file(struct outfile *out, const struct folder *folder, const char *name,
                      portion_fn *give, struct failure *failure)
{
    uint8_t octets[PORTION];
    size_t filled = 0;
    ssize_t n = 0;
    int fd = openat(folder->fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

    while (fd >= 0 &&
           ((n = read(fd, octets + filled, PORTION - filled)) > 0 || (n < 0 && errno == EINTR))) {
        filled += n > 0 ? (size_t)n : 0;
        if (filled < PORTION)
            continue;
        give(out, octets, filled);
        filled = 0;
    }
    if (fd < 0 || n < 0)
        failure_set(failure, EXIT_TROUBLE, "cannot read %s/%s: %s", folder->path, name,
                    strerror(errno));
    else if (filled > 0)
        give(out, octets, filled);
    if (fd >= 0)
        close(fd);
    return fd >= 0 && n == 0;
}

/* ---- base64 ---- */

static void put_base64(struct outfile *out, const uint8_t *octets, size_t length)
{
    char line[LINE];

    for (size_t i = 0; i < length; i += OCTETS_A_LINE) {
        size_t there = length - i < OCTETS_A_LINE ? length - i : OCTETS_A_LINE;

        outfile_write(out, line, base64_encode(line, octets + i, there));
        outfile_text(out, "\r\n");
    }
}

bool mail_base64_file(struct outfile *out, const struct folder *folder, const char *name,
                      struct failure *failure)
{
    return read_file(out, folder, name, put_base64, failure);
}

/* ---- quoted-printable ---- */

/* Old mail stores change "From " at the start of a line to ">From " (RFC 2049 3). */
static bool is_from(const char *text, size_t left)
{
    static const char WORD[] = "From ";

    return left >= sizeof(WORD) - 1 && memcmp(text, WORD, sizeof(WORD) - 1) == 0;
}

/* Does the first octet need no escape? A blank at the end of a line would be lost. */
static bool is_plain(const char *text, size_t left)
{
    char c = text[0], next = left > 1 ? text[1] : '\0';

    if (c == ' ')
        return next != '\n' && next != '\r' && next != '\0';
    return c > ' ' && c < 0x7F && c != '=' && !is_from(text, left);
}

static void put_soft_break(struct outfile *out, size_t *column, size_t width)
{
    if (*column + width < LINE) /* one column is left for the "=" */
        return;
    outfile_text(out, "=\r\n");
    *column = 0;
}

void mail_quoted(struct outfile *out, const char *text, size_t length)
{
    size_t column = 0;

    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        bool plain = is_plain(text + i, length - i);

        if (c == '\n') {
            outfile_text(out, "\r\n");
            column = 0;
            continue;
        }
        put_soft_break(out, &column, plain ? 1 : 3);
        if (plain)
            outfile_char(out, c);
        else
            outfile_printf(out, "=%02X", (unsigned)(uint8_t)c);
        column += plain ? 1 : 3;
    }
}

/* Portions end within lines, which only makes some of these shorter. */
static void put_quoted(struct outfile *out, const uint8_t *octets, size_t length)
{
    mail_quoted(out, (const char *)octets, length);
    if (octets[length - 1] != '\n')
        outfile_text(out, "=\r\n");
}

bool mail_quoted_file(struct outfile *out, const struct folder *folder, const char *name,
                      struct failure *failure)
{
    return read_file(out, folder, name, put_quoted, failure);
}

/* ---- addresses ---- */

static bool is_local_part(const char *text, size_t length)
{
    static const char signs[] = "!#$%&'*+-/=?^_`{|}~.";

    if (length == 0 || length > LOCAL_MAX || text[0] == '.' || text[length - 1] == '.')
        return false;
    for (size_t i = 0; i < length; i++) {
        char c = text[i];

        if (!ascii_is_letter(c) && !ascii_is_digit(c) && !strchr(signs, c))
            return false;
        if (c == '.' && text[i + 1] == '.')
            return false;
    }
    return true;
}

bool mail_is_address(const char *text)
{
    const char *at = strrchr(text, '@');
    struct dnsname domain;
    size_t length = strlen(text);

    return at && length <= ADDRESS_MAX && is_local_part(text, (size_t)(at - text)) &&
           text[length - 1] != '.' &&
           dnsname_from_text(&domain, at + 1, length - (size_t)(at + 1 - text)) &&
           dnsname_hostname_fault(&domain) == HOSTNAME_OK;
}
