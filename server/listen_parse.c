/*
 * listen_parse.c - from words to places to listen at
 *
 *   comes in:  "https://[::1]:443,proxy", "unix:/run/vial.sock,mode=0600", "systemd"
 *   goes out:  struct listen_at, one or (systemd) several; and the way back, for people to read
 */
#include "server/listen.h"

#include "server/h2.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FIRST_PASSED = 3 }; /* where systemd begins */

static bool no_place(struct error *err, str text, const char *why)
{
    error_set(err, "cannot listen on '%.*s': %s", STR(text), why);
    return error_hint(err, "http://127.0.0.1:8000, https://[::]:443, :8080, "
                           "unix:/run/vial.sock,mode=0660 or systemd");
}

static struct listen_at *add(struct listen_list *list, const struct listen_at *like)
{
    struct listen_at *at = &list->at[list->count];

    if (list->count == LISTEN_MOST)
        return NULL;
    *at = *like;
    list->count++;
    return at;
}

static bool put_name(struct listen_at *at, str name)
{
    if (name.len >= sizeof at->name || str_has(name, '\0'))
        return false;
    memcpy(at->name, name.p, name.len);
    at->name[name.len] = '\0';
    return true;
}

static bool put_port(struct listen_at *at, str digits)
{
    int64_t port;

    if (digits.len == 0 || !is_digit(digits.p[0]) || !str_int(digits, &port) || port > 65535)
        return false;
    at->port = (uint16_t)port;
    return true;
}

/* "127.0.0.1:80", "[::1]:80", ":80", "80". */
static bool put_address(struct listen_at *at, str s)
{
    ptrdiff_t colon = str_rfind_char(s, ':');

    if (str_starts(s, S("["))) {
        ptrdiff_t end = str_find_char(s, ']');

        return end > 1 && colon == end + 1 && put_name(at, str_slice(s, 1, (size_t)end)) &&
               put_port(at, str_from(s, (size_t)colon + 1));
    }
    if (colon == STR_NONE)
        return put_port(at, s);
    if (str_find_char(s, ':') != colon) /* an IPv6 address wants brackets */
        return false;
    return put_name(at, str_slice(s, 0, (size_t)colon)) &&
           put_port(at, str_from(s, (size_t)colon + 1));
}

static bool put_mode(struct listen_at *at, str digits)
{
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.p[i] < '0' || digits.p[i] > '7' || at->mode > 0777)
            return false;
        at->mode = at->mode * 8 + (unsigned)(digits.p[i] - '0');
    }
    return at->mode > 0 && at->mode <= 0777;
}

static bool put_word(struct listen_at *at, str word)
{
    if (str_eq(word, S("proxy")))
        at->proxy = true;
    else if (str_eq(word, S("h2c")))
        at->h2c = true;
    else if (str_eq(word, S("http1")))
        at->http1 = true;
    else if (str_starts(word, S("mode=")) && at->kind == LISTEN_PATH)
        return put_mode(at, str_from(word, 5));
    else
        return false;
    return true;
}

/* --- systemd ---------------------------------------------------------------------------------- */

static bool takes_connections(int fd)
{
    int listens = 0, type = 0;
    socklen_t size = sizeof listens;

    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens &&
           getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM;
}

static bool add_passed(struct listen_list *list, const struct listen_at *like, struct error *err)
{
    const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
    str names = str_of(getenv("LISTEN_FDNAMES"));
    int64_t number = 0, whose = 0;

    if (!pid || !count || !str_int(str_of(pid), &whose) || whose != getpid() ||
        !str_int(str_of(count), &number) || number < 1) {
        error_set(err, "no sockets were handed over by systemd");
        return error_hint(err, "a .socket unit starts the service with them: content/server.md");
    }
    for (int fd = FIRST_PASSED; fd < FIRST_PASSED + number; fd++) {
        str name = str_cut(&names, ':');
        struct listen_at *at = takes_connections(fd) ? add(list, like) : NULL;

        if (!at)
            return error_set(err, "descriptor %d, handed over by systemd, does not listen", fd);
        at->fd = fd;
        at->tls = str_starts(name, S("https"));
        put_name(at, name);
    }
    return true;
}

/* --- both ways -------------------------------------------------------------------------------- */

bool listen_parse(struct listen_list *list, str text, bool tls, struct error *err)
{
    struct listen_at at = { .tls = tls };
    str rest = text, where = str_cut(&rest, ',');
    bool ok;

    if (str_eq(where, S("systemd")))
        at.kind = LISTEN_PASSED;
    else if (str_starts(where, S("unix:")))
        at.kind = LISTEN_PATH;
    else if (str_starts(where, S("https://")))
        at.tls = true;
    else if (str_starts(where, S("http://")))
        at.tls = false;
    while (rest.len) {
        str word = str_cut(&rest, ',');

        if (!put_word(&at, word))
            return no_place(err, text, "what follows the comma is not understood");
    }
    if (at.h2c && !h2_is_there())
        return no_place(err, text,
                        "this vial was compiled without HTTP/2: meson setup -Dhttp2=enabled");
    switch (at.kind) {
    case LISTEN_PASSED:
        return add_passed(list, &at, err);
    case LISTEN_PATH:
        where = str_from(where, 5);
        at.tls = false;
        ok = where.len > 0 && where.len < 108 && put_name(&at, where); /* sun_path's room */
        break;
    default:
        if (str_starts(where, S("http")) && str_find(where, S("://")) != STR_NONE)
            where = str_from(where, (size_t)str_find(where, S("://")) + 3);
        if (str_ends(where, S("/")))
            where.len--;
        ok = put_address(&at, where);
    }
    if (!ok)
        return no_place(err, text,
                        at.kind == LISTEN_PATH ? "that is no path for a socket"
                                               : "that is no address with a port");
    return add(list, &at) || no_place(err, text, "there are too many");
}

void listen_print(const struct listen_at *at, struct buf *out)
{
    bool six = strchr(at->name, ':') != NULL;

    if (at->kind == LISTEN_PATH)
        buf_addf(out, "unix:%s", at->name);
    else if (at->kind == LISTEN_PASSED)
        buf_addf(out, "%s socket %d of systemd", at->tls ? "https" : "http", at->fd);
    else
        buf_addf(out, "http%s://%s%s%s:%u/", at->tls ? "s" : "", six ? "[" : "",
                 at->name[0] ? at->name : "*", six ? "]" : "", (unsigned)at->port);
}
