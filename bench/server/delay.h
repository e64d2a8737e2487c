// When a request is to be answered: a delay distribution, and a heap of answers that are not due yet.
#pragma once
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct delay { enum { NONE, CONSTANT, UNIFORM, EXPONENTIAL } kind; double low_us, high_us; };

/// Reads `const:US`, `uniform:LOW:HIGH` or `exp:MEAN`, all in microseconds.
static int delay_parse(const char *text, struct delay *d) {
    if (sscanf(text, "const:%lf", &d->low_us) == 1) d->kind = CONSTANT;
    else if (sscanf(text, "uniform:%lf:%lf", &d->low_us, &d->high_us) == 2) d->kind = UNIFORM;
    else if (sscanf(text, "exp:%lf", &d->low_us) == 1) d->kind = EXPONENTIAL;
    else return -1;
    return 0;
}

/// The next delay in nanoseconds; always the same sequence.
static uint64_t delay_next(const struct delay *d) {
    static uint64_t x = 88172645463325252ull;
    x ^= x << 13; x ^= x >> 7; x ^= x << 17;
    double u = (double)((x >> 11) + 1) / 9007199254740993.0;
    double us = d->kind == CONSTANT ? d->low_us
              : d->kind == UNIFORM ? d->low_us + u * (d->high_us - d->low_us)
                                   : -d->low_us * log(u);
    return (uint64_t)(us * 1000);
}

struct answer { uint64_t due_ns; struct connection *to; };

static struct { struct answer *at; int size, capacity; } later;

static void later_push(struct answer a) {
    if (later.size == later.capacity) {
        later.capacity = later.capacity ? later.capacity * 2 : 1024;
        later.at = realloc(later.at, sizeof *later.at * (size_t)later.capacity);
        if (!later.at) abort();
    }
    int i = later.size++;
    for (; i && later.at[(i - 1) / 2].due_ns > a.due_ns; i = (i - 1) / 2) later.at[i] = later.at[(i - 1) / 2];
    later.at[i] = a;
}

static struct answer later_pop(void) {
    struct answer first = later.at[0], last = later.at[--later.size];
    int i = 0;
    for (int child; (child = 2 * i + 1) < later.size; i = child) {
        if (child + 1 < later.size && later.at[child + 1].due_ns < later.at[child].due_ns) child++;
        if (last.due_ns <= later.at[child].due_ns) break;
        later.at[i] = later.at[child];
    }
    if (later.size) later.at[i] = last;
    return first;
}
