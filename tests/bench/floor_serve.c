/*
 * floor_serve.c - the least that a program does that answers requests over TCP
 *
 *   comes in:  floor_serve PORT THREADS FILE; requests, each taken for one whatever it says
 *   goes out:  the bytes of FILE for each
 *
 * It waits, reads and sends: it does not look at a byte of what came, knows no deadline and nothing
 * but this one answer. What is left is the system's TCP, so no server can be faster with the same
 * calls, and ratios to it say what all that a server does beside costs.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 256, ROOM = 32 * 1024, MOST = 1 << 20 };

static char answer[MOST];
static size_t length;
static struct sockaddr_in place;

static void must(int ok, const char *what)
{
    if (ok)
        return;
    perror(what);
    exit(1);
}

static void watch(int epoll, int fd, unsigned events)
{
    struct epoll_event event = { .events = events, .data.fd = fd };

    must(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0, "epoll_ctl");
}

static void serve(int fd, char *room)
{
    ssize_t n = recv(fd, room, ROOM, MSG_DONTWAIT);

    if (n > 0 && send(fd, answer, length, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)length)
        return;
    if (n == 0 || errno != EAGAIN)
        close(fd);
}

static void *run(void *none)
{
    static _Thread_local char room[ROOM];
    struct epoll_event events[EVENTS];
    int epoll = epoll_create1(0), listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;

    must(epoll >= 0 && listener >= 0, "socket");
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    must(bind(listener, (struct sockaddr *)&place, sizeof place) == 0, "bind");
    must(listen(listener, 4096) == 0, "listen");
    watch(epoll, listener, EPOLLIN);
    for (;;) {
        int count = epoll_wait(epoll, events, EVENTS, -1);

        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;

            if (fd != listener)
                serve(fd, room);
            else if ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0)
                watch(epoll, fd, EPOLLIN | EPOLLRDHUP | EPOLLET);
        }
    }
    return none;
}

int main(int argc, char **argv)
{
    FILE *file = argc == 4 ? fopen(argv[3], "rb") : NULL;
    pthread_t thread;

    must(file != NULL, "floor_serve PORT THREADS FILE");
    length = fread(answer, 1, MOST, file);
    place.sin_family = AF_INET;
    place.sin_port = htons((uint16_t)atoi(argv[1]));
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 1; i < atoi(argv[2]); i++)
        must(pthread_create(&thread, NULL, run, NULL) == 0, "pthread_create");
    run(NULL);
}
