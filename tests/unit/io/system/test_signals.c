#include "io/system/signals.h"

#include <criterion/criterion.h>
#include <signal.h>

static void set(int signal, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler};

    cr_assert_eq(sigaction(signal, &action, NULL), 0);
}

Test(signals, the_first_stop_signal_is_kept_and_all_are_counted)
{
    set(SIGINT, SIG_DFL);
    set(SIGTERM, SIG_DFL);
    signals_catch_stop();
    cr_expect_eq(*signals_stop(), 0);
    raise(SIGTERM);
    raise(SIGINT);
    cr_expect_eq(*signals_stop(), SIGTERM);
    cr_expect_eq(signals_count(), 2);
}

/* As in a shell's background job, or under `trap "" INT`. */
Test(signals, a_signal_ignored_at_start_stays_ignored)
{
    set(SIGINT, SIG_IGN);
    set(SIGTERM, SIG_DFL);
    signals_catch_stop();
    raise(SIGINT);
    cr_expect_eq(*signals_stop(), 0);
    cr_expect_eq(signals_count(), 0);
    raise(SIGTERM);
    cr_expect_eq(*signals_stop(), SIGTERM);
}

Test(signals, broken_writes_send_none)
{
    set(SIGPIPE, SIG_DFL);
    set(SIGXFSZ, SIG_DFL);
    signals_ignore_broken_writes();
    raise(SIGPIPE);
    raise(SIGXFSZ);
    cr_expect_eq(signals_count(), 0);
}
