/* Letters of ASCII, whatever the locale. */
#ifndef AUDIT_ASCII_H
#define AUDIT_ASCII_H

#include <stdint.h>

/* A capital letter in lower case, any other octet unchanged. */
static inline uint8_t ascii_lower(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet + ('a' - 'A')) : octet;
}

static inline char ascii_lower_char(char c)
{
    return (char)ascii_lower((uint8_t)c);
}

#endif
