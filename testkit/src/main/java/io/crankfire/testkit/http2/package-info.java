/// HTTP/2 servers with scripted behaviour (RFC 9113), which count for themselves.
///
/// [Http2TestServer] reads strictly what clients send, with frames and a decoder of its own, and
/// keeps what they do wrong. What it answers is an [Http2Behavior]: an [Http2Response], a paced
/// [Http2Flow], or any lambda that speaks on an [Http2Wire], down to single frames. [Http2Faults]
/// and [Http2Oddities] name the ways in which servers are broken or merely unusual.
@NullMarked
package io.crankfire.testkit.http2;

import org.jspecify.annotations.NullMarked;
