/// HTTP/2 for protocols on top of it (RFC 9113): frames, header compression, connections and their
/// streams. Knows no protocol; confined to event loops.
@NullMarked
package io.crankfire.http2;

import org.jspecify.annotations.NullMarked;
