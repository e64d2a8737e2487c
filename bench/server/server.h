// What the servers have in common: a loop over epoll, counters in a mapped file, a listener on loopback.
#pragma once
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "stats.h"

enum { LIFE_SECONDS = 600 };

static struct stats *stats;
static uint64_t now;
static int epoll;

static uint64_t clock_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

static void count(void) {
    stats->requests++;
    stats->last_ns = now;
    uint64_t first = stats->first_ns;
    if (!first) stats->first_ns = first = now;
    uint64_t bucket = (now - first) / 10000000ull;
    if (bucket < BUCKETS) stats->bucket[bucket]++;
    if (stats->record && stats->arrivals < ARRIVALS) stats->arrival_ns[stats->arrivals++] = now;
}

static int send_all(int fd, const char *bytes, int length) {
    for (int sent = 0; sent < length;) {
        ssize_t n = write(fd, bytes + sent, (size_t)(length - sent));
        if (n > 0) {
            sent += (int)n;
        } else if (n < 0 && errno == EAGAIN) {
            struct pollfd writable = {.fd = fd, .events = POLLOUT};
            if (poll(&writable, 1, 1000) <= 0) return -1;
        } else {
            return -1;
        }
    }
    return 0;
}

static void freeze_if_asked(void) {
    uint64_t asked = stats->freeze_ns;
    if (!asked) return;
    struct timespec span = {(time_t)(asked / 1000000000ull), (long)(asked % 1000000000ull)};
    stats->freeze_begin_ns = clock_ns();
    nanosleep(&span, NULL);
    stats->freeze_end_ns = clock_ns();
    stats->freeze_ns = 0;
}

static void watch(int fd, void *what) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = what};
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

static int listen_on(int port) {
    int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (void *)&address, sizeof address) || listen(listener, 16384)
        || getsockname(listener, (void *)&address, &size)) {
        perror("cannot listen");
        exit(1);
    }
    stats->port = ntohs(address.sin_port);
    return listener;
}

static struct stats *map_stats(const char *file) {
    int fd = open(file, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || ftruncate(fd, sizeof(struct stats))) {
        perror(file);
        exit(1);
    }
    struct stats *mapped = mmap(NULL, sizeof(struct stats), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED) {
        perror("mmap");
        exit(1);
    }
    return mapped;
}
