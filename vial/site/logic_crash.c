/*
 * logic_crash.c - the last words of a process that dies in a site's own code
 *
 *   comes in:  SIGSEGV and its like
 *   goes out:  a sentence that names the module, the address in it, and what was being answered
 *
 * Handlers are written in C, and C crashes. Who only reads "Segmentation fault" blames vial, so the
 * stack is looked through for a frame of the module. Nothing is saved: the signal is let go again,
 * and does what it would have done. Only write() and what was prepared is used here; backtrace() is
 * called once beforehand, since the first call loads a library.
 */
#include "vial/app/app.h"
#include "vial/base/spare_stack.h"
#include "vial/site/logic_inside.h"
#include <execinfo.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MODULES = 8, FRAMES = 64, NAME = 512 };

struct module {
    atomic_uintptr_t from, to; /* 0: nobody's */
    uintptr_t base;
    char file[NAME], called[NAME];
};

static struct module modules[MODULES];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
enum { SIGNALS = sizeof signals / sizeof *signals };
static struct sigaction before[SIGNALS];

/* ---- when it happens ---- */

struct words {
    char text[2 * NAME + 512];
    size_t len;
};

static void say(struct words *w, const char *text)
{
    for (; *text && w->len < sizeof w->text; text++)
        w->text[w->len++] = *text;
}

static void say_hex(struct words *w, uintptr_t n)
{
    char digits[2 * sizeof n + 1];
    size_t at = sizeof digits - 1;

    digits[at] = 0;
    do
        digits[--at] = "0123456789abcdef"[n & 15];
    while (n >>= 4);
    say(w, "0x");
    say(w, digits + at);
}

static const char *name_of(int number, const void *address)
{
    if (number == SIGSEGV && spare_stack_ran_over(address))
        return "a stack that ran over: it calls itself without end, or has a very large array "
               "(SIGSEGV)";
    switch (number) {
    case SIGSEGV:
        return "a bad address (SIGSEGV)";
    case SIGBUS:
        return "a bad address (SIGBUS)";
    case SIGFPE:
        return "a division by zero (SIGFPE)";
    case SIGILL:
        return "a broken instruction (SIGILL)";
    }
    return "abort()";
}

static const struct module *module_at(uintptr_t address)
{
    for (size_t i = 0; i < MODULES; i++)
        if (address >= atomic_load(&modules[i].from) && address < atomic_load(&modules[i].to))
            return &modules[i];
    return NULL;
}

static void tell(const struct module *m, uintptr_t address, const char *name)
{
    struct words w = { .len = 0 };
    const struct request *req = vial_handling();
    char at[2 * sizeof address + 3];
    struct words hex = { .len = 0 };

    say_hex(&hex, address - m->base);
    memcpy(at, hex.text, hex.len);
    at[hex.len] = 0;
    say(&w, "error: ");
    say(&w, m->called);
    say(&w, ": the site's own code crashed by ");
    say(&w, name);
    if (req) {
        say(&w, ", while '");
        for (size_t i = 0; i < req->target.len && i < 200; i++)
            say(&w, (char[]){ req->target.p[i], 0 });
        say(&w, "' was answered");
    }
    say(&w, "\n  'addr2line -ife ");
    say(&w, m->file);
    say(&w, " ");
    say(&w, at);
    say(&w, "' tells the line\n");
    if (write(STDERR_FILENO, w.text, w.len) < 0)
        return; /* there is nobody to tell */
}

static void on_signal(int number, siginfo_t *info, void *context)
{
    void *frames[FRAMES];
    int count = backtrace(frames, FRAMES);
    const char *name = name_of(number, info->si_addr);
    const struct module *found = NULL;

    (void)context;
    for (size_t i = 0; i < SIGNALS; i++)
        if (signals[i] == number)
            sigaction(number, &before[i], NULL); /* it strikes again when we return */
    for (int i = 0; i < count && !found; i++) {
        found = module_at((uintptr_t)frames[i]);
        if (found) /* a caller's address is behind the call */
            tell(found, (uintptr_t)frames[i] - (i > 2), name);
    }
    if (number == SIGABRT)
        raise(number);
}

/* ---- beforehand ---- */

static void prepare(void)
{
    struct sigaction on = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK };
    void *frame;

    backtrace(&frame, 1);
    for (size_t i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &on, &before[i]);
}

struct search {
    uintptr_t in_it, from, to, base;
};

static int look_at(struct dl_phdr_info *info, size_t size, void *self)
{
    struct search *search = self;
    uintptr_t from = UINTPTR_MAX, to = 0;

    (void)size;
    for (int i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_LOAD) {
            uintptr_t begin = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
            uintptr_t end = begin + info->dlpi_phdr[i].p_memsz;

            from = begin < from ? begin : from;
            to = end > to ? end : to;
        }
    if (search->in_it < from || search->in_it >= to)
        return 0;
    *search = (struct search){ search->in_it, from, to, info->dlpi_addr };
    return 1;
}

void logic_watch(void *in_it, const char *file, const char *called)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct search search = { .in_it = (uintptr_t)in_it };

    spare_stack_take();
    pthread_once(&once, prepare);
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < MODULES; i++)
        if (!atomic_load(&modules[i].to) && dl_iterate_phdr(look_at, &search)) {
            snprintf(modules[i].file, NAME, "%s", file);
            snprintf(modules[i].called, NAME, "%s", called);
            modules[i].base = search.base;
            atomic_store(&modules[i].from, search.from);
            atomic_store(&modules[i].to, search.to);
            break;
        }
    pthread_mutex_unlock(&lock);
}

void logic_unwatch(const char *file)
{
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < MODULES; i++)
        if (atomic_load(&modules[i].to) && !strcmp(modules[i].file, file)) {
            atomic_store(&modules[i].to, 0);
            break;
        }
    pthread_mutex_unlock(&lock);
}
