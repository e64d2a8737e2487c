/// What a worker counts, and what becomes of it once a second. Knows no network and no protocol.
@NullMarked
package io.crankfire.metrics;

import org.jspecify.annotations.NullMarked;
