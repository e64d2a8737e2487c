// HTTP/2 as raw.c is HTTP/1.1: one thread, epoll, prior knowledge, on libnghttp2. Requests of gRPC (by their content-type) get
// a message and trailers, all others a body of 200 bytes. Counts as raw.c does.
//
//   h2 STATS_FILE [-p PORT] [-e]
#define _GNU_SOURCE
#include <netinet/tcp.h>
#include <nghttp2/nghttp2.h>
#include <string.h>

#include "server.h"

enum { BODY = 200, OUT = 1 << 20, STREAMS = 2048 };

struct connection { int fd; nghttp2_session *session; };

static char body[BODY], out[OUT];

/// A message of ten bytes behind its prefix: field 1, a string of eight.
static const char message[15] = {0, 0, 0, 0, 10, 0x0a, 8, 'y', 'y', 'y', 'y', 'y', 'y', 'y', 'y'};

#define FIELD(n, v) \
    {(uint8_t *)n, (uint8_t *)v, sizeof(n) - 1, sizeof(v) - 1, \
     NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE}

static ssize_t read_body(nghttp2_session *s, int32_t id, uint8_t *to, size_t room, uint32_t *flags,
                         nghttp2_data_source *source, void *user) {
    (void)s, (void)id, (void)room, (void)source, (void)user;
    memcpy(to, body, BODY);
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    return BODY;
}

static ssize_t read_message(nghttp2_session *s, int32_t id, uint8_t *to, size_t room, uint32_t *flags,
                            nghttp2_data_source *source, void *user) {
    (void)room, (void)source, (void)user;
    memcpy(to, message, sizeof message);
    *flags |= NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM;
    nghttp2_nv trailers[] = {FIELD("grpc-status", "0")};
    nghttp2_submit_trailer(s, id, trailers, 1);
    return sizeof message;
}

static int on_header(nghttp2_session *s, const nghttp2_frame *frame, const uint8_t *name, size_t name_length,
                     const uint8_t *value, size_t value_length, uint8_t flags, void *user) {
    (void)flags, (void)user;
    if (name_length == 12 && value_length >= 16 && !memcmp(name, "content-type", 12)
        && !memcmp(value, "application/grpc", 16)) {
        nghttp2_session_set_stream_user_data(s, frame->hd.stream_id, (void *)1);
    }
    return 0;
}

static int on_frame(nghttp2_session *s, const nghttp2_frame *frame, void *user) {
    (void)user;
    int carries = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    if (!carries || !(frame->hd.flags & NGHTTP2_FLAG_END_STREAM)) return 0;
    count();
    if (nghttp2_session_get_stream_user_data(s, frame->hd.stream_id)) {
        nghttp2_nv head[] = {FIELD(":status", "200"), FIELD("content-type", "application/grpc")};
        nghttp2_data_provider provider = {.read_callback = read_message};
        nghttp2_submit_response(s, frame->hd.stream_id, head, 2, &provider);
    } else {
        nghttp2_nv head[] = {FIELD(":status", "200"), FIELD("server", "nginx/1.22.1"),
                             FIELD("date", "Sun, 22 Nov 2026 13:22:00 GMT"), FIELD("content-type", "text/plain"),
                             FIELD("content-length", "200")};
        nghttp2_data_provider provider = {.read_callback = read_body};
        nghttp2_submit_response(s, frame->hd.stream_id, head, 5, &provider);
    }
    return 0;
}

static int flush(struct connection *c) {
    int o = 0;
    const uint8_t *bytes;
    ssize_t n;
    while ((n = nghttp2_session_mem_send(c->session, &bytes)) > 0) {
        if (o + n > OUT) {
            if (send_all(c->fd, out, o)) return -1;
            o = 0;
        }
        memcpy(out + o, bytes, (size_t)n);
        o += (int)n;
    }
    return send_all(c->fd, out, o);
}

static void drop(struct connection *c) {
    close(c->fd);
    nghttp2_session_del(c->session);
    free(c);
    stats->open--;
}

static void accept_all(int listener, nghttp2_session_callbacks *callbacks) {
    int one = 1, fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        struct connection *c = malloc(sizeof *c);
        if (!c) abort();
        c->fd = fd;
        nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, STREAMS}};
        nghttp2_session_server_new(&c->session, callbacks, c);
        nghttp2_submit_settings(c->session, NGHTTP2_FLAG_NONE, settings, 1);
        nghttp2_session_set_local_window_size(c->session, NGHTTP2_FLAG_NONE, 0, 1 << 30);
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        watch(fd, c);
        stats->connections++;
        if (++stats->open > stats->peak_open) stats->peak_open = stats->open;
    }
}

static void read_from(struct connection *c) {
    static uint8_t in[65536];
    ssize_t n = read(c->fd, in, sizeof in);
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0 || nghttp2_session_mem_recv(c->session, in, (size_t)n) < 0 || flush(c)) drop(c);
}

int main(int argc, char **argv) {
    int port = 0, until_eof = 0, option;
    while ((option = getopt(argc, argv, "p:e")) != -1) {
        if (option == 'p') port = atoi(optarg);
        else if (option == 'e') until_eof = 1;
        else return 2;
    }
    if (optind != argc - 1) {
        fprintf(stderr, "usage: h2 STATS_FILE [-p PORT] [-e]\n");
        return 2;
    }
    alarm(LIFE_SECONDS);
    stats = map_stats(argv[optind]);
    memset(body, 'x', BODY);
    nghttp2_session_callbacks *callbacks;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);

    static char is_listener, is_stdin;
    static struct epoll_event events[1024];
    epoll = epoll_create1(0);
    if (until_eof) watch(0, &is_stdin);
    int listener = listen_on(port);
    watch(listener, &is_listener);
    for (;;) {
        int n = epoll_wait(epoll, events, 1024, -1);
        freeze_if_asked();
        for (int i = 0; i < n; i++) {
            void *what = events[i].data.ptr;
            now = clock_ns();
            if (what == &is_listener) {
                accept_all(listener, callbacks);
            } else if (what == &is_stdin) {
                char ignored[64];
                if (read(0, ignored, sizeof ignored) <= 0) return 0;
            } else {
                read_from(what);
            }
        }
    }
}
