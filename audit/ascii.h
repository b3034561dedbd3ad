/* Letters, digits, blanks and forms of ASCII, whatever the locale. Threads: any number. */
#ifndef AUDIT_ASCII_H
#define AUDIT_ASCII_H

#include <stdbool.h>
#include <stddef.h>
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

static inline bool ascii_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool ascii_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A space or a tab. */
static inline bool ascii_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* A blank, or a character that ends a line or page: carriage return, line feed, form feed, vertical
 * tab. */
static inline bool ascii_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Does the text have the form, in which 'd' is any digit and any other character is itself?
 * "dddd-dd-dd" is the form of a date. */
static inline bool ascii_has_form(const char *text, size_t length, const char *form)
{
    size_t i = 0;

    while (i < length && form[i] != '\0' &&
           (form[i] == 'd' ? ascii_is_digit(text[i]) : form[i] == text[i]))
        i++;
    return i == length && form[i] == '\0';
}

/* The octet in decimal; at most three digits. Returns their end. */
static inline char *ascii_print_octet(char *at, uint8_t octet)
{
    if (octet >= 100)
        *at++ = (char)('0' + octet / 100);
    if (octet >= 10)
        *at++ = (char)('0' + octet / 10 % 10);
    *at++ = (char)('0' + octet % 10);
    return at;
}

#endif
