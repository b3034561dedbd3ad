/*
 * A list of items in one text: "a, b, c". It is cut where the text ends.
 *
 * Ownership: the caller's array, which holds a text already ("" for no items). Threads: any number,
 * each with its own text.
 */
#ifndef IO_SYSTEM_TEXT_LIST_H
#define IO_SYSTEM_TEXT_LIST_H

#include <stddef.h>

/* Appends the item; before it the separator, unless it is the first one. */
void text_list_add(char *list, size_t size, const char *separator, const char *item);

#endif
