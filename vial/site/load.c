/*
 * load.c - content files into pages, by a thread per core
 *
 *   comes in:  the names of files
 *   goes out:  a page for each, or its defects
 *
 * Workers take files in runs off one counter and share nothing else. Each has an arena for the
 * pages it makes, so that ten thousand pages do not cost ten thousand blocks of memory. A page that
 * is loaded again later comes in a batch of its own.
 */
#include "vial/site/load.h"
#include "vial/base/path.h"
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum { RUN = 32, THREADS_MAX = 64 };

struct job {
    struct page **pages;
    const struct file_entry *entries;
    size_t count;
    str content;
    const struct config *config;
    atomic_size_t next;
};

struct worker {
    struct job *job;
    struct page_batch *batch;
    struct arena scratch;
    struct errors errors, warnings;
    pthread_t thread;
};

static struct page *load_one(struct worker *w, const struct file_entry *entry)
{
    struct arena *scratch = &w->scratch;
    struct error err = { 0 };
    struct file_info info;
    str text, file = path_join(scratch, w->job->content, entry->path);

    if (!file_read(&text, file, PAGE_SIZE, &info, scratch, &err)) {
        errors_add(&w->errors, &err);
        return NULL;
    }
    size_t warnings = w->warnings.count;
    struct page *page = page_read(entry->path, file, text, info, w->job->config, &w->batch->arena,
                                  scratch, &w->errors, &w->warnings);
    if (page) {
        page->loud = w->warnings.count > warnings;
        page->batch = w->batch;
        w->batch->pages++;
    }
    return page;
}

static void *work(void *self)
{
    struct worker *w = self;
    struct job *job = w->job;

    for (;;) {
        size_t from = atomic_fetch_add(&job->next, RUN);

        if (from >= job->count)
            return NULL;
        for (size_t i = from; i < job->count && i < from + RUN; i++) {
            job->pages[i] = load_one(w, &job->entries[i]);
            arena_reset(&w->scratch);
        }
    }
}

struct page_batch *page_batch_new(void)
{
    struct page_batch *batch = calloc(1, sizeof *batch);

    if (!batch)
        abort();
    return batch;
}

static void batch_release(struct page_batch *batch)
{
    if (batch->pages)
        return;
    arena_free(&batch->arena);
    free(batch);
}

static void take_all(struct errors *to, struct errors *from)
{
    for (size_t i = 0; i < from->count; i++)
        errors_add(to, &from->list[i]);
    errors_free(from);
}

static size_t threads_for(size_t count)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    size_t wanted = count / RUN + 1;

    if (cores > 0 && wanted > (size_t)cores)
        wanted = (size_t)cores;
    return wanted < THREADS_MAX ? wanted : THREADS_MAX;
}

void pages_load(struct page **pages, const struct file_entry *entries, size_t count, str content,
                const struct config *config, struct errors *errors, struct errors *warnings)
{
    struct job job = { pages, entries, count, content, config, 0 };
    struct worker workers[THREADS_MAX] = { 0 };
    size_t nworkers = threads_for(count), running = 1;
    struct errors found = { 0 }, minor = { 0 };

    for (size_t i = 0; i < nworkers; i++) {
        workers[i].job = &job;
        workers[i].batch = page_batch_new();
    }
    /* one of them is this thread; where no other can be had it does all the work */
    while (running < nworkers &&
           pthread_create(&workers[running].thread, NULL, work, &workers[running]) == 0)
        running++;
    work(&workers[0]);
    for (size_t i = 1; i < running; i++)
        pthread_join(workers[i].thread, NULL);
    for (size_t i = 0; i < nworkers; i++) {
        take_all(&found, &workers[i].errors);
        take_all(&minor, &workers[i].warnings);
        arena_free(&workers[i].scratch);
        batch_release(workers[i].batch);
    }
    errors_sort(&found);
    errors_sort(&minor);
    take_all(errors, &found);
    take_all(warnings, &minor);
}

void page_batch_release(struct page_batch *batch)
{
    batch->pages--;
    batch_release(batch);
}

void page_free(struct page *page)
{
    if (!page)
        return;
    free(atomic_load(&page->ids));
    free(atomic_load(&page->links));
    page_batch_release(page->batch);
}
