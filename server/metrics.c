/*
 * metrics.c - counters, and how Prometheus reads them
 *
 *   comes in:  events, from any thread
 *   goes out:  their sums as text
 *
 * A counter that all threads write would travel between their caches with each request. So there
 * are SHARDS sets of counters; a thread takes one when it first counts and stays with it. Two may
 * share one when there are more threads: the additions are atomic, only slower.
 */
#include "server/metrics.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { SHARDS = 16, STATUS_FIRST = 200, STATUS_LAST = 599, BUCKETS = 8 };

/* The most microseconds of each bucket but the last, and how Prometheus is told. */
static const int64_t bounds[BUCKETS - 1] = { 250, 1000, 5000, 25000, 100000, 500000, 2500000 };
static const char *const bound_names[BUCKETS] = { "0.00025", "0.001", "0.005", "0.025",
                                                  "0.1",     "0.5",   "2.5",   "+Inf" };

struct shard {
    _Alignas(64) atomic_ullong events[METRIC_COUNT];
    atomic_ullong microseconds;
    atomic_ullong buckets[BUCKETS];
    atomic_ullong statuses[STATUS_LAST - STATUS_FIRST + 1];
};

struct metrics {
    struct shard shards[SHARDS]; /* first */
    int64_t started;             /* seconds since 1970                   */
    int memory;                  /* /proc/self/statm, open               */
};

static atomic_uint threads_seen;

static struct shard *mine(struct metrics *m)
{
    static _Thread_local unsigned place; /* 0: none yet */

    if (!place)
        place = atomic_fetch_add(&threads_seen, 1) % SHARDS + 1;
    return &m->shards[place - 1];
}

static void count(atomic_ullong *counter, uint64_t n)
{
    atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

void metrics_add(struct metrics *m, enum metric what, uint64_t n)
{
    if (m)
        count(&mine(m)->events[what], n);
}

void metrics_answered(struct metrics *m, int status, uint64_t bytes, int64_t microseconds)
{
    int bucket = 0;

    if (!m)
        return;
    struct shard *shard = mine(m);
    while (bucket < BUCKETS - 1 && microseconds > bounds[bucket])
        bucket++;
    count(&shard->buckets[bucket], 1);
    count(&shard->microseconds, (uint64_t)microseconds);
    count(&shard->events[METRIC_BYTES], bytes);
    if (status >= STATUS_FIRST && status <= STATUS_LAST)
        count(&shard->statuses[status - STATUS_FIRST], 1);
}

/* --- reading ---------------------------------------------------------------------------------- */

/* Of the counter that lies `offset` bytes into each shard. */
static uint64_t sum_at(const struct metrics *m, size_t offset)
{
    uint64_t sum = 0;

    for (int i = 0; i < SHARDS; i++) {
        const atomic_ullong *at = (const void *)((const char *)&m->shards[i] + offset);

        sum += atomic_load_explicit(at, memory_order_relaxed);
    }
    return sum;
}

static uint64_t sum(const struct metrics *m, enum metric what)
{
    return sum_at(m, offsetof(struct shard, events) + what * sizeof(atomic_ullong));
}

static void head(struct buf *out, const char *name, const char *type, const char *help)
{
    buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void metrics_line(struct buf *out, const char *name, const char *type, const char *help,
                  uint64_t value)
{
    head(out, name, type, help);
    buf_addf(out, "%s %llu\n", name, (unsigned long long)value);
}

static void print_statuses(const struct metrics *m, struct buf *out)
{
    head(out, "vial_responses_total", "counter", "Responses, by status.");
    for (int status = STATUS_FIRST; status <= STATUS_LAST; status++) {
        size_t offset = offsetof(struct shard, statuses) +
                        (size_t)(status - STATUS_FIRST) * sizeof(atomic_ullong);
        uint64_t n = sum_at(m, offset);

        if (n)
            buf_addf(out, "vial_responses_total{code=\"%d\"} %llu\n", status,
                     (unsigned long long)n);
    }
}

static void print_times(const struct metrics *m, struct buf *out)
{
    static const char name[] = "vial_response_seconds";
    uint64_t so_far = 0;

    head(out, name, "histogram", "From a request's head to the last byte of its response.");
    for (size_t i = 0; i < BUCKETS; i++) {
        so_far += sum_at(m, offsetof(struct shard, buckets) + i * sizeof(atomic_ullong));
        buf_addf(out, "%s_bucket{le=\"%s\"} %llu\n", name, bound_names[i],
                 (unsigned long long)so_far);
    }
    buf_addf(out, "%s_sum %.6f\n%s_count %llu\n", name,
             (double)sum_at(m, offsetof(struct shard, microseconds)) / 1e6, name,
             (unsigned long long)so_far);
}

static void print_process(const struct metrics *m, struct buf *out)
{
    struct timespec t;
    char text[128] = "";
    unsigned long long pages = 0;
    ssize_t n = pread(m->memory, text, sizeof text - 1, 0);

    if (n > 0 && sscanf(text, "%*u %llu", &pages) == 1)
        metrics_line(out, "process_resident_memory_bytes", "gauge", "Memory that is in use.",
                     pages * (uint64_t)sysconf(_SC_PAGESIZE));
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    head(out, "process_cpu_seconds_total", "counter", "Processor time.");
    buf_addf(out, "process_cpu_seconds_total %lld.%06ld\n", (long long)t.tv_sec, t.tv_nsec / 1000);
    metrics_line(out, "process_start_time_seconds", "gauge", "When it was started, since 1970.",
                 (uint64_t)m->started);
}

void metrics_print(const struct metrics *m, struct buf *out)
{
    uint64_t closed = sum(m, METRIC_CLOSED), ended = sum(m, METRIC_ENDED); /* before their pairs */

    head(out, "vial_build_info", "gauge", "Which vial this is.");
    buf_lit(out, "vial_build_info{version=\"" VIAL_VERSION "\"} 1\n");
    print_process(m, out);
    metrics_line(out, "vial_connections_total", "counter", "Connections let in.",
                 sum(m, METRIC_ACCEPTED));
    metrics_line(out, "vial_connections_open", "gauge", "Connections at the moment.",
                 sum(m, METRIC_ACCEPTED) - closed);
    metrics_line(out, "vial_tls_handshakes_total", "counter", "TLS handshakes that were finished.",
                 sum(m, METRIC_GREETED));
    metrics_line(out, "vial_tls_handshakes_failed_total", "counter", "TLS handshakes that failed.",
                 sum(m, METRIC_GREETINGS_BAD));
    metrics_line(out, "vial_http2_connections_total", "counter", "Connections that spoke HTTP/2.",
                 sum(m, METRIC_HTTP2));
    metrics_line(out, "vial_requests_total", "counter", "Requests.", sum(m, METRIC_BEGUN));
    metrics_line(out, "vial_requests_open", "gauge", "Requests under way.",
                 sum(m, METRIC_BEGUN) - ended);
    metrics_line(out, "vial_requests_refused_total", "counter", "What was no request by the RFCs.",
                 sum(m, METRIC_REFUSED));
    metrics_line(out, "vial_requests_limited_total", "counter", "Requests beyond the rate limit.",
                 sum(m, METRIC_LIMITED));
    metrics_line(out, "vial_responses_cut_total", "counter", "Responses that did not arrive whole.",
                 sum(m, METRIC_CUT));
    metrics_line(out, "vial_sent_bytes_total", "counter", "Bytes of bodies sent.",
                 sum(m, METRIC_BYTES));
    print_statuses(m, out);
    print_times(m, out);
}

struct metrics *metrics_open(void)
{
    struct metrics *m = aligned_alloc(64, (sizeof *m + 63) / 64 * 64);

    if (!m)
        return NULL;
    memset(m, 0, sizeof *m);
    m->started = (int64_t)time(NULL);
    m->memory = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    return m;
}

void metrics_close(struct metrics *m)
{
    if (m && m->memory >= 0)
        close(m->memory);
    free(m);
}
