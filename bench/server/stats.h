// The counters of the server, in a file that the harness maps too: what a generator did is read here, never from the
// generator. Everything is a 64-bit word in native order; StatsFile.java knows the same layout.
#pragma once
#include <stdint.h>

enum {
    BUCKETS = 6000,      // of 10 ms: one minute
    ARRIVALS = 4000000,  // arrival times kept when `record` is set
};

struct stats {
    volatile uint64_t requests;
    volatile uint64_t connections;      // accepted since the start
    volatile uint64_t open;             // open now
    volatile uint64_t peak_open;
    volatile uint64_t first_ns;         // CLOCK_MONOTONIC of the first request, 0 before it
    volatile uint64_t last_ns;
    volatile uint64_t record;           // set by the harness: keep arrival times
    volatile uint64_t arrivals;
    volatile uint64_t port;             // set by the server once it listens
    volatile uint64_t freeze_ns;        // set by the harness: stand still so long at the next event, then reset to 0
    volatile uint64_t freeze_begin_ns;
    volatile uint64_t freeze_end_ns;
    uint64_t reserved[4];
    volatile uint64_t bucket[BUCKETS];  // requests in each 10 ms after the first request
    volatile uint64_t arrival_ns[ARRIVALS];
};
