/// Server-Sent Events: streams of events over HTTP (WHATWG HTML §9.2).
@NullMarked
package io.crankfire.sse;

import org.jspecify.annotations.NullMarked;
