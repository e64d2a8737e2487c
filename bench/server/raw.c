// The server that every generator is measured against: one thread, epoll, HTTP/1.1 with one canned answer, WebSocket
// echo under /ws, a stream with one event and no end under /sse. It counts into a mapped file (stats.h), so that requests, the first request and arrival times are
// read from the server, the same way for every tool. It listens on 127.0.0.1 only and lives ten minutes at most.
//
//   raw STATS_FILE [-p PORT] [-b BODY_BYTES] [-d DELAY] [-e]
//
// PORT 0, the default, takes any and says which in the stats file. -e ends the server when its standard input ends,
// so that it cannot outlive whoever started it. DELAY: see delay.h.
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "server.h"
#include "delay.h"
#include "websocket.h"

enum { IN = 16384, OUT = 1 << 20, MAX_BODY = 65536, POLL_NS = 80000 };

struct connection { int fd, websocket, length, pending, closed; char in[IN]; };

static struct delay delay;
static char answer[MAX_BODY + 512], out[OUT];
static int answer_length, timer;

/// Closes once; the memory stays while answers are still due.
static void drop(struct connection *c) {
    if (!c->closed) {
        close(c->fd);
        c->closed = 1;
        stats->open--;
    }
    if (!c->pending) free(c);
}

/// The value of a header within a request that ends before `end`, or null.
static char *header(char *request, char *end, const char *name) {
    char kept = end[-1];
    end[-1] = 0;
    char *at = strcasestr(request, name);
    end[-1] = kept;
    if (!at) return NULL;
    at += strlen(name);
    while (*at == ' ') at++;
    return at;
}

/// Answers an upgrade; returns the bytes written, 0 when the request is none.
static int upgrade(struct connection *c, char *request, char *end, char *to) {
    if (end - request < 80 || strncmp(request, "GET /ws", 7) != 0) return 0;
    char *key = header(request, end, "sec-websocket-key:");
    size_t length = key ? strcspn(key, "\r") : 0;
    if (!length || length > 64) return 0;
    char accept[29];
    websocket_accept(key, length, accept);
    c->websocket = 1;
    return sprintf(to, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                       "Sec-WebSocket-Accept: %s\r\n\r\n", accept);
}

/// Begins an endless event stream; returns the bytes written, 0 when the request asks for none.
static int stream(const char *request, char *to) {
    if (strncmp(request, "GET /sse", 8) != 0) return 0;
    return sprintf(to, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: hello\n\n");
}

/// Handles every complete request in the buffer, with one write unless the answers are huge. Negative: close the connection.
static int handle(struct connection *c) {
    char *at = c->in, *end = c->in + c->length;
    int o = 0, closing = 0;
    while (!closing) {
        if (o > OUT - 2 * MAX_BODY) {
            if (send_all(c->fd, out, o)) return -1;
            o = 0;
        }
        if (c->websocket) {
            int written = 0, taken = websocket_echo((uint8_t *)at, (int)(end - at), out + o, &written, &closing);
            if (!taken) break;
            count();
            at += taken;
            o += written;
            continue;
        }
        char *body = memmem(at, (size_t)(end - at), "\r\n\r\n", 4);
        if (!body) break;
        body += 4;
        char *length = at[0] == 'P' ? header(at, body, "content-length:") : NULL;
        int body_length = length ? atoi(length) : 0;
        if (body_length < 0 || end - body < body_length) break;
        count();
        int answered = upgrade(c, at, body, out + o);
        if (!answered) answered = stream(at, out + o);
        o += answered;
        at = body + body_length;
        if (answered) continue;
        if (delay.kind == NONE) {
            memcpy(out + o, answer, (size_t)answer_length);
            o += answer_length;
        } else {
            later_push((struct answer){now + delay_next(&delay), c});
            c->pending++;
        }
    }
    c->length = (int)(end - at);
    if (c->length && at != c->in) memmove(c->in, at, (size_t)c->length);
    if (c->length == IN) return -1;
    return send_all(c->fd, out, o) || closing ? -1 : 0;
}

static void send_due(void) {
    while (later.size && later.at[0].due_ns <= now) {
        struct connection *c = later_pop().to;
        c->pending--;
        if (c->closed || send_all(c->fd, answer, answer_length)) drop(c);
    }
}

/// Wakes the loop shortly before the next answer is due; it polls from there on, for a timer alone is 50 µs late.
static void arm_timer(void) {
    static uint64_t armed;
    uint64_t due = later.size ? later.at[0].due_ns - POLL_NS : 0;
    if (due == armed) return;
    armed = due;
    struct itimerspec at = {.it_value = {(time_t)(due / 1000000000ull), (long)(due % 1000000000ull)}};
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &at, NULL);
}

static void accept_all(int listener) {
    int one = 1, fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        struct connection *c = malloc(sizeof *c);
        if (!c) abort();
        c->fd = fd;
        c->websocket = c->length = c->pending = c->closed = 0;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        watch(fd, c);
        stats->connections++;
        if (++stats->open > stats->peak_open) stats->peak_open = stats->open;
    }
}

static void read_from(struct connection *c) {
    if (c->closed) return;
    ssize_t n = read(c->fd, c->in + c->length, (size_t)(IN - c->length));
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) {
        drop(c);
        return;
    }
    c->length += (int)n;
    if (handle(c)) drop(c);
}

int main(int argc, char **argv) {
    int port = 0, body = 200, until_eof = 0, option;
    while ((option = getopt(argc, argv, "p:b:d:e")) != -1) {
        if (option == 'p') port = atoi(optarg);
        else if (option == 'b') body = atoi(optarg);
        else if (option == 'e') until_eof = 1;
        else if (option != 'd' || delay_parse(optarg, &delay)) exit(2);
    }
    if (optind != argc - 1 || body < 0 || body > MAX_BODY) {
        fprintf(stderr, "usage: raw STATS_FILE [-p PORT] [-b BODY_BYTES] [-d DELAY] [-e]\n");
        return 2;
    }
    alarm(LIFE_SECONDS);
    stats = map_stats(argv[optind]);
    answer_length = sprintf(answer, "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Sun, 22 Nov 2026 13:22:00 GMT\r\n"
                            "Content-Type: text/plain\r\nContent-Length: %d\r\nConnection: keep-alive\r\n\r\n", body);
    memset(answer + answer_length, 'x', (size_t)body);
    answer_length += body;

    static char is_listener, is_timer, is_stdin;
    static struct epoll_event events[1024];
    epoll = epoll_create1(0);
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    watch(timer, &is_timer);
    if (until_eof) watch(0, &is_stdin);
    int listener = listen_on(port);
    watch(listener, &is_listener);
    for (;;) {
        int soon = later.size && later.at[0].due_ns < now + POLL_NS;
        int n = epoll_wait(epoll, events, 1024, soon ? 0 : -1);
        freeze_if_asked();
        for (int i = 0; i < n; i++) {
            void *what = events[i].data.ptr;
            now = clock_ns();
            if (what == &is_listener) {
                accept_all(listener);
            } else if (what == &is_timer) {
                uint64_t expirations;
                (void)!read(timer, &expirations, sizeof expirations);
            } else if (what == &is_stdin) {
                char ignored[64];
                if (read(0, ignored, sizeof ignored) <= 0) return 0;
            } else {
                read_from(what);
            }
        }
        if (delay.kind != NONE) {
            now = clock_ns();
            send_due();
            arm_timer();
        }
    }
}
