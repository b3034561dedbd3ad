#include "io/system/text_list.h"

#include <stdio.h>
#include <string.h>

void text_list_add(char *list, size_t size, const char *separator, const char *item)
{
    size_t used = strlen(list);

    snprintf(list + used, size - used, "%s%s", used > 0 ? separator : "", item);
}
