/*
 * build_profile.c - vial build --profile: where the time and the memory went
 *
 *   comes in:  a report with its list, and what was noted meanwhile (vial/base/profile.h)
 *   goes out:  a table for each kind, the longest first; the slowest pages; the memory
 *
 *     templates                          times     in all       each
 *       page.html                        9,800    812.4 ms    0.083 ms
 *     partials                           times     in all       each    reused
 *       partials/sidebar.html            9,800     12.1 ms    0.001 ms     9,796
 *
 * Times are of one core and whole: a template's are its partials' as well.
 */
#include "cli/report.h"
#include "vial/base/log.h"
#include "vial/base/profile.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

enum { MOST = 12, SLOWEST = 10, WIDTH = 44 };

static const char *grouped(size_t n, char *text, size_t size)
{
    char plain[32];
    int len = snprintf(plain, sizeof plain, "%zu", n);
    size_t at = 0;

    for (int i = 0; i < len && at + 2 < size; i++) {
        if (i && (len - i) % 3 == 0)
            text[at++] = ',';
        text[at++] = plain[i];
    }
    text[at] = '\0';
    return text;
}

static void print_line(const struct profile_line *line)
{
    char count[32], spared[32], last[48] = "";
    double ms = (double)line->nanoseconds / 1e6;

    if (line->spared)
        snprintf(last, sizeof last, "%10s", grouped(line->spared, spared, sizeof spared));
    log_note("  %-*.*s%10s%11.1f ms%9.3f ms%s", WIDTH - 2, STR(line->name),
             grouped(line->count, count, sizeof count), ms, ms / (double)line->count, last);
}

static void print_kind(const char *kind, const char *heading, bool reused)
{
    size_t count, shown = 0, left = 0;
    const struct profile_line *lines = profile_lines(&count);

    for (size_t i = 0; i < count; i++) {
        if (!str_eq(lines[i].kind, str_of(kind)))
            continue;
        if (!shown)
            log_note("%-*s%10s%14s%12s%s", WIDTH, heading, "times", "in all", "each",
                     reused ? "    reused" : "");
        if (shown == MOST) {
            left++;
            continue;
        }
        print_line(&lines[i]);
        shown++;
    }
    if (left)
        log_note("  and %zu more", left);
}

static int slowest_first(const void *left, const void *right)
{
    const struct build_made *a = *(const struct build_made *const *)left;
    const struct build_made *b = *(const struct build_made *const *)right;

    if (a->nanoseconds != b->nanoseconds)
        return a->nanoseconds > b->nanoseconds ? -1 : 1;
    return str_cmp(a->url, b->url);
}

static void print_slowest(const struct build_report *report)
{
    const struct build_made **list = calloc(report->made + 1, sizeof *list);

    for (size_t i = 0; list && i < report->made; i++)
        list[i] = &report->list[i];
    if (list && report->made) {
        qsort(list, report->made, sizeof *list, slowest_first);
        log_note("slowest");
        for (size_t i = 0; i < report->made && i < SLOWEST; i++)
            log_note("  %-*.*s%21.1f ms", WIDTH - 2, STR(list[i]->url),
                     (double)list[i]->nanoseconds / 1e6);
    }
    free(list);
}

static void print_memory(void)
{
    struct rusage usage;

    if (getrusage(RUSAGE_SELF, &usage) == 0)
        log_note("memory: %.1f MB at most; time of all cores: %.2f s, %.2f s of it in the system",
                 (double)usage.ru_maxrss / 1024,
                 (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                     (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6,
                 (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6);
}

void report_profile(const struct build_report *report)
{
    print_kind("work", "work", false);
    print_kind("template", "templates", false);
    print_kind("partial", "partials", true);
    print_kind("macro", "macros", true);
    print_kind("shortcode", "shortcodes", false);
    print_kind("language", "languages", false);
    print_slowest(report);
    print_memory();
    profile_stop();
}
