/// The WebSocket protocol (RFC 6455) with compressed messages (RFC 7692), on top of HTTP/1.1.
@NullMarked
package io.crankfire.websocket;

import org.jspecify.annotations.NullMarked;
