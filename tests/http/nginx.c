/*
 * nginx.c - nginx, started and stopped
 *
 *   comes in:  a folder
 *   goes out:  a port on which nginx answers
 */
#include "tests/http/nginx.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char program[] = "/usr/sbin/nginx";

struct nginx {
    pid_t pid;
    uint16_t port;
};

/* One that nobody listens on now. */
static uint16_t free_port(void)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) ||
        getsockname(fd, (struct sockaddr *)&at, &len))
        abort();
    close(fd);
    return ntohs(at.sin_port);
}

static void write_configuration(const char *path, const char *place, const char *folder,
                                uint16_t port)
{
    FILE *file = fopen(path, "w");

    if (!file)
        abort();
    fprintf(file,
            "daemon off; master_process off; pid %s/nginx.pid; error_log %s/nginx.log;\n"
            "events { worker_connections 256; }\n"
            "http { access_log off; include /etc/nginx/mime.types; charset utf-8; "
            "client_max_body_size 100000;\n"
            "  client_body_temp_path %s/t1; proxy_temp_path %s/t2; fastcgi_temp_path %s/t3;\n"
            "  uwsgi_temp_path %s/t4; scgi_temp_path %s/t5;\n"
            "  server { listen 127.0.0.1:%u; root %s; } }\n",
            place, place, place, place, place, place, place, (unsigned)port, folder);
    fclose(file);
}

static int answers(uint16_t port)
{
    struct sockaddr_in to = { .sin_family = AF_INET,
                              .sin_port = htons(port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int ok = connect(fd, (struct sockaddr *)&to, sizeof to) == 0;

    close(fd);
    return ok;
}

static void run(const char *place, const char *path)
{
    int nowhere = open("/dev/null", O_RDWR);

    dup2(nowhere, 2);
    execl(program, program, "-p", place, "-c", path, (char *)NULL);
    _exit(127);
}

struct nginx *nginx_start(const char *place, const char *folder)
{
    struct nginx *nginx = calloc(1, sizeof *nginx);
    char path[256];

    if (!nginx)
        abort();
    snprintf(path, sizeof path, "%s/nginx.conf", place);
    nginx->port = free_port();
    write_configuration(path, place, folder, nginx->port);
    nginx->pid = access(program, X_OK) == 0 ? fork() : -1;
    if (nginx->pid == 0)
        run(place, path);
    for (int i = 0; nginx->pid > 0 && i < 500; i++, usleep(10000)) {
        if (answers(nginx->port))
            return nginx;
        if (waitpid(nginx->pid, NULL, WNOHANG) == nginx->pid)
            nginx->pid = -1;
    }
    nginx_stop(nginx);
    return NULL;
}

uint16_t nginx_port(const struct nginx *nginx)
{
    return nginx->port;
}

void nginx_stop(struct nginx *nginx)
{
    if (nginx && nginx->pid > 0) {
        kill(nginx->pid, SIGTERM);
        waitpid(nginx->pid, NULL, 0);
    }
    free(nginx);
}
