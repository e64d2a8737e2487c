/// Loopback servers with scripted behaviour: the other side of every test, which counts
/// independently.
///
/// [HttpTestServer] speaks HTTP/1.1. What it answers is a value: a [Response] (well-formed and
/// constant), a [Script] (raw bytes, pauses, resets), a delay drawn from a [Delay] before either,
/// or any lambda that is a [Behavior]. [Faults] and [Oddities] name the ways in which servers are
/// broken or merely unusual, each with the verdict a correct client owes it, so that a contract
/// test can walk over all of them.
///
/// [io.crankfire.testkit.websocket.WebSocketTestServer] and
/// [io.crankfire.testkit.sse.SseTestServer] stand on it.
/// [io.crankfire.testkit.http2.Http2TestServer] speaks HTTP/2, down to single frames, and
/// [io.crankfire.testkit.grpc.GrpcTestServer] stands on that.
///
/// Everything listens on loopback, on ports the kernel chose. Nothing here depends on the code
/// under test.
@NullMarked
package io.crankfire.testkit;

import org.jspecify.annotations.NullMarked;
