/*
 * client.c - a client for tests over sockets
 */
#include "tests/http/client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE = 10000 };

struct client client_connect(uint16_t port)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons(port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct client client = { .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) };
    int on = 1;

    if (client.fd < 0 || connect(client.fd, (struct sockaddr *)&to, sizeof to) < 0) {
        perror("a test's client cannot connect");
        abort();
    }
    setsockopt(client.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return client;
}

void client_close(struct client *client)
{
    close(client->fd);
    buf_free(&client->got);
}

void client_send(struct client *client, str bytes)
{
    while (bytes.len) {
        ssize_t n = send(client->fd, bytes.p, bytes.len, MSG_NOSIGNAL);

        if (n <= 0)
            return;
        bytes = str_from(bytes, (size_t)n);
    }
}

void client_end(struct client *client)
{
    shutdown(client->fd, SHUT_WR);
}

/* 1: something came; 0: the other side has closed; -1: nothing in that time. */
static int read_more(struct client *client, int ms)
{
    struct pollfd ready = { .fd = client->fd, .events = POLLIN };
    char room[65536];

    if (poll(&ready, 1, ms) <= 0)
        return -1;
    ssize_t n = recv(client->fd, room, sizeof room, 0);
    if (n <= 0)
        return 0;
    buf_add(&client->got, str_n(room, (size_t)n));
    return 1;
}

str client_read_all(struct client *client)
{
    while (read_more(client, PATIENCE) > 0)
        ;
    return buf_str(&client->got);
}

struct answer client_answer(struct client *client)
{
    for (bool ended = false;;) {
        struct answer answer = answer_read(str_from(buf_str(&client->got), client->read), ended);

        if (answer.size) {
            client->read += answer.size;
            return answer;
        }
        if (ended)
            return (struct answer){ 0 };
        ended = read_more(client, PATIENCE) <= 0;
    }
}

bool client_is_closed(struct client *client, int ms)
{
    int more;

    while ((more = read_more(client, ms)) > 0)
        ;
    return more == 0;
}

struct answer client_get(struct client *client, const char *path)
{
    struct buf request = { 0 };

    buf_addf(&request, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", path);
    client_send(client, buf_str(&request));
    buf_free(&request);
    return client_answer(client);
}
