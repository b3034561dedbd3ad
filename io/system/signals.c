#include "io/system/signals.h"

#include <stddef.h>

static volatile sig_atomic_t first_signal;
static volatile sig_atomic_t signal_count;

static void on_signal(int number)
{
    if (first_signal == 0)
        first_signal = number;
    signal_count++;
}

void signals_ignore_broken_writes(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    sigaction(SIGPIPE, &ignore, NULL);
    sigaction(SIGXFSZ, &ignore, NULL);
}

/* A shell ignores SIGINT in its background jobs, so that Ctrl-C reaches only the foreground. */
static void catch_unless_ignored(int number)
{
    struct sigaction before, stop = {.sa_handler = on_signal};

    sigfillset(&stop.sa_mask);
    if (sigaction(number, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        sigaction(number, &stop, NULL);
}

void signals_catch_stop(void)
{
    catch_unless_ignored(SIGINT);
    catch_unless_ignored(SIGTERM);
}

const volatile sig_atomic_t *signals_stop(void)
{
    return &first_signal;
}

int signals_count(void)
{
    return signal_count;
}
