/// The machine: arrivals, sessions, deadlines, workers.
@NullMarked
package io.crankfire.engine;

import org.jspecify.annotations.NullMarked;
