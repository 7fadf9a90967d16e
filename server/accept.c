/*
 * accept.c - how connections come to a loop
 *
 *   comes in:  the kernel's word that somebody waits at a door
 *   goes out:  a peer; or, when there is no room, nobody for a while
 *
 * A port has a socket for each loop; a path, or a socket that systemd gave, is one for all of them,
 * and the kernel wakes only one loop for each who comes (EPOLLEXCLUSIVE).
 */
#include "server/loop.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACK_OFF = 100 }; /* milliseconds without accepting when there is no room for more */

static bool watch(struct loop *loop, struct door *door)
{
    struct epoll_event event = { .events = EPOLLIN | EPOLLEXCLUSIVE, .data.ptr = door };

    return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, door->fd, &event) == 0;
}

bool doors_open(struct loop *loop)
{
    loop->accepting = true;
    for (size_t i = 0; i < loop->door_count; i++)
        if (!watch(loop, &loop->doors[i]))
            return false;
    return true;
}

static void look_away(struct loop *loop)
{
    loop->accepting = false;
    for (size_t i = 0; i < loop->door_count; i++)
        epoll_ctl(loop->epoll, EPOLL_CTL_DEL, loop->doors[i].fd, NULL);
}

void doors_close(struct loop *loop)
{
    if (loop->accepting)
        look_away(loop); /* a descriptor of a shared socket would be heard of even when closed */
    for (size_t i = 0; i < loop->door_count; i++)
        close(loop->doors[i].fd);
    loop->door_count = 0;
}

void accept_again(struct timer *timer)
{
    struct loop *loop = (struct loop *)((char *)timer - offsetof(struct loop, back_off));

    if (!loop->accepting)
        doors_open(loop);
}

/* There is no room. Those who wait are in the listener's queue meanwhile, and not turned away. */
static void back_off(struct loop *loop)
{
    if (!loop->accepting)
        return;
    look_away(loop);
    timer_set(&loop->hub.timers, &loop->back_off, loop->hub.now + BACK_OFF);
}

static bool make_room(struct loop *loop)
{
    struct conn *idlest = hub_idlest(&loop->hub);

    if (idlest)
        conn_close(idlest);
    return idlest != NULL;
}

static bool is_full(const struct loop *loop)
{
    return atomic_load_explicit(&loop->transport->connections, memory_order_relaxed) >=
           loop->hub.limits.connections;
}

/* False when nobody is waiting, or nobody can be let in. */
static bool accept_one(struct loop *loop, const struct door *door)
{
    struct sockaddr_storage from = { 0 };
    socklen_t len = sizeof from;

    if (is_full(loop) && !hub_idlest(&loop->hub)) {
        back_off(loop);
        return false;
    }
    int fd = accept4(door->fd, (struct sockaddr *)&from, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
        if (is_full(loop))
            make_room(loop);
        peer_welcome(loop, door, fd, &from);
        return true;
    }
    switch (errno) {
    case EAGAIN:
        return false;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
        if (make_room(loop))
            return true;
        back_off(loop);
        return false;
    default: /* that one came to nothing; the next may be fine */
        return true;
    }
}

void accept_some(struct loop *loop, const struct door *door, int most)
{
    while (most-- > 0 && accept_one(loop, door))
        ;
}
