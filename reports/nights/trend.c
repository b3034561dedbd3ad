#include "reports/nights/trend.h"

#include <stdio.h>

#include "reports/html/write.h"
#include "reports/words.h"

/* Units of the pictures; the page scales them. */
enum {
    LEFT_MIN = 84,
    DIGIT = 14, /* on a narrow screen */
    RIGHT = 8,
    TOP = 10,
    PLOT = 110,
    BOTTOM = 28,
    WIDTH = 720,
    NIGHTS_LEAST = 7,
};

struct trend {
    struct outfile *out;
    const struct night_list *list;
    int left;      /* room for the numbers beside the pictures, on a narrow screen too */
    double slot;   /* width of a night */
    double lowest; /* percent, at the bottom of the first picture */
    uint64_t most; /* broken addresses, at the top of the second */
};

static double x_of(const struct trend *trend, unsigned i)
{
    return trend->left + i * trend->slot;
}

static double y_of_share(const struct trend *trend, double share)
{
    return TOP + PLOT * (100 - share) / (100 - trend->lowest);
}

static void measure(struct trend *trend)
{
    unsigned columns = trend->list->count > NIGHTS_LEAST ? trend->list->count : NIGHTS_LEAST;
    double least = 100;
    char number[GROUPED_MAX];

    trend->most = 1;
    for (unsigned i = 0; i < trend->list->count; i++) {
        const struct night *night = trend->list->entries[i].night;

        if (!night)
            continue;
        double share = night_share(night);
        uint64_t broken = night_broken(night);
        least = share < least ? share : least;
        trend->most = broken > trend->most ? broken : trend->most;
    }
    /* The next ten below, so that a share near 100 % is seen to move. */
    trend->lowest = least <= 10 ? 0 : 10 * (double)(int)((least - 0.01) / 10);
    if (trend->lowest > 90)
        trend->lowest = 90;
    int width = DIGIT + DIGIT * (int)grouped_print(number, trend->most);
    trend->left = width > LEFT_MIN ? width : LEFT_MIN;
    trend->slot = (double)(WIDTH - trend->left - RIGHT) / columns;
}

/* "2026-11-27" */
static void put_day(const struct trend *trend, const char *anchor, double x, unsigned i)
{
    outfile_printf(trend->out, "<text x=\"%.1f\" y=\"%d\" class=\"%s\">%.10s</text>", x,
                   TOP + PLOT + 22, anchor, trend->list->entries[i].name.text);
}

static void begin(const struct trend *trend, const char *title, const char *top, const char *bottom)
{
    struct outfile *out = trend->out;
    int left = trend->left;

    outfile_printf(out,
                   "<figure class=\"trend\"><svg viewBox=\"0 0 %d %d\" role=\"img\" "
                   "aria-label=\"%s\">"
                   "<path class=\"frame\" d=\"M%d %dh%dv%dh-%dz\"/>"
                   "<text x=\"%d\" y=\"%d\">%s</text><text x=\"%d\" y=\"%d\">%s</text>",
                   WIDTH, TOP + PLOT + BOTTOM, title, left, TOP, WIDTH - left - RIGHT, PLOT,
                   WIDTH - left - RIGHT, left - 6, TOP + 8, top, left - 6, TOP + PLOT, bottom);
    put_day(trend, "from", left, 0);
    if (trend->list->count > 1)
        put_day(trend, "to", WIDTH - RIGHT, trend->list->count - 1);
    outfile_char(out, '\n');
}

static void end(const struct trend *trend, const char *caption)
{
    outfile_printf(trend->out, "</svg><figcaption>%s</figcaption></figure>\n", caption);
}

/* A cross in the place of a night that failed. */
static void put_failed(const struct trend *trend, unsigned i)
{
    double x = x_of(trend, i) + trend->slot / 2, arm = trend->slot < 8 ? trend->slot / 2 : 4;

    outfile_printf(trend->out,
                   "<path class=\"lost\" d=\"M%.1f %.1fl%.1f %.1fm0 %.1fl%.1f %.1f\">"
                   "<title>%s: failed</title></path>\n",
                   x - arm, TOP + PLOT - 10.0, 2 * arm, 8.0, -8.0, -2 * arm, 8.0,
                   trend->list->entries[i].name.text);
}

static void put_share(const struct trend *trend, unsigned i)
{
    const struct night *night = trend->list->entries[i].night;
    double share = night_share(night), y = y_of_share(trend, share);

    if (night_is_blank(night))
        return;
    outfile_printf(trend->out,
                   "<rect class=\"level\" x=\"%.1f\" y=\"%.1f\" width=\"%.2f\" height=\"%.1f\">"
                   "<title>%s: %.2f %% pass</title></rect>\n",
                   x_of(trend, i), y, trend->slot * 0.86, TOP + PLOT - y, night->name.text, share);
}

/* The verdicts of a night, one on the other. */
static void put_broken(const struct trend *trend, unsigned i)
{
    const struct night *night = trend->list->entries[i].night;
    double y = TOP + PLOT;

    for (unsigned v = 0; v < VERDICTS; v++) {
        const char *key = verdict_row((enum verdict)v)->key;
        double height = PLOT * (double)night->verdicts[v] / (double)trend->most;

        if (!night_counts_as_broken((enum verdict)v) || night->verdicts[v] == 0)
            continue;
        y -= height;
        outfile_printf(trend->out,
                       "<rect class=\"m-%s\" x=\"%.1f\" y=\"%.2f\" width=\"%.2f\" "
                       "height=\"%.2f\"><title>%s: %llu %s</title></rect>\n",
                       key, x_of(trend, i), y, trend->slot * 0.86, height, night->name.text,
                       (unsigned long long)night->verdicts[v], key);
    }
}

static void put_columns(const struct trend *trend,
                        void (*put)(const struct trend *trend, unsigned i))
{
    for (unsigned i = 0; i < trend->list->count; i++) {
        if (trend->list->entries[i].night)
            put(trend, i);
        else
            put_failed(trend, i);
    }
}

/* The verdicts that occur, as badges. */
static void put_legend(const struct trend *trend)
{
    outfile_text(trend->out, "<p class=\"key\">");
    for (unsigned v = 0; v < VERDICTS; v++) {
        bool there = false;

        for (unsigned i = 0; i < trend->list->count && !there; i++)
            there = trend->list->entries[i].night && trend->list->entries[i].night->verdicts[v] > 0;
        if (there && night_counts_as_broken((enum verdict)v))
            html_verdict(trend->out, (enum verdict)v);
    }
    outfile_text(trend->out, "</p>\n");
}

void trend_write(struct outfile *out, const struct night_list *list)
{
    struct trend trend = {.out = out, .list = list};
    char top[GROUPED_MAX], bottom[24];
    char share[96] = "Addresses that pass. A cross is a night that failed.";
    bool any = false;

    for (unsigned i = 0; i < list->count; i++)
        any |= list->entries[i].night != NULL;
    if (!any)
        return;
    measure(&trend);
    snprintf(bottom, sizeof(bottom), "%.0f %%", trend.lowest);
    if (trend.lowest > 0)
        snprintf(share, sizeof(share),
                 "Addresses that pass, from %s, not from 0. A cross is a night that failed.",
                 bottom);
    begin(&trend, "Share of the addresses that pass, night by night", "100 %", bottom);
    put_columns(&trend, put_share);
    end(&trend, share);
    grouped_print(top, trend.most);
    begin(&trend, "Broken addresses by verdict, night by night", top, "0");
    put_columns(&trend, put_broken);
    end(&trend, "Broken addresses, by verdict.");
    put_legend(&trend);
}
