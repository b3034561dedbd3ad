#include "reports/time_text.h"

enum { DAY = 86400, TIME_LENGTH = 9 /* hh:mm:ssZ */ };

static void put_two(char *at, int64_t number)
{
    at[0] = (char)('0' + number / 10);
    at[1] = (char)('0' + number % 10);
}

const char *time_text_of(struct time_text *time, int64_t wall_seconds)
{
    int64_t day = wall_seconds / DAY - (wall_seconds % DAY < 0);
    int64_t second = wall_seconds - day * DAY;
    char *at;

    if (time->known && time->wall_seconds == wall_seconds)
        return time->text;
    time->wall_seconds = wall_seconds;
    if (!time->known || time->day != day) {
        time->length = clock_print(time->text, day * DAY);
        time->day = day;
        time->known = true;
    }
    if (time->length < TIME_LENGTH)
        return time->text;
    at = time->text + time->length - TIME_LENGTH;
    put_two(at, second / 3600);
    put_two(at + 3, second / 60 % 60);
    put_two(at + 6, second % 60);
    return time->text;
}
