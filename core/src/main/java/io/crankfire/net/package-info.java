/// Event loops and connections: bytes in, bytes out, timers. Confined to one thread each.
@NullMarked
package io.crankfire.net;

import org.jspecify.annotations.NullMarked;
