#include "io/resolver/tls_ca.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { PEM_LINE_MAX = 1024 };

static bool holds_certificate(FILE *file)
{
    static const char *const begins[] = {"-----BEGIN CERTIFICATE-----",
                                         "-----BEGIN TRUSTED CERTIFICATE-----"};
    char line[PEM_LINE_MAX];

    while (fgets(line, sizeof(line), file)) {
        for (unsigned i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
            if (strncmp(line, begins[i], strlen(begins[i])) == 0)
                return true;
        }
    }
    return false;
}

bool tls_ca_check(const char *ca_file, struct failure *failure)
{
    FILE *file = fopen(ca_file, "re");

    if (!file)
        return failure_set(failure, EXIT_TROUBLE, "--tls-ca: cannot open \"%s\": %s", ca_file,
                           strerror(errno));
    bool holds = holds_certificate(file);
    bool unread = ferror(file) != 0;
    fclose(file);
    if (unread)
        return failure_set(failure, EXIT_TROUBLE, "--tls-ca: cannot read \"%s\"", ca_file);
    return holds || failure_set(failure, EXIT_TROUBLE,
                                "--tls-ca: \"%s\" holds no certificate in PEM form", ca_file);
}
