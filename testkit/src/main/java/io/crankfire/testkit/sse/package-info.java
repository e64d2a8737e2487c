/// A server of event streams (Server-Sent Events) on loopback with scripted behaviour.
///
/// [io.crankfire.testkit.sse.SseTestServer] answers a path with an
/// [io.crankfire.testkit.sse.EventStream], with tokens as language models send them
/// ([io.crankfire.testkit.sse.TokenStream]), or with anything that answers HTTP.
/// [io.crankfire.testkit.sse.SseSpecimens] names the ways in which streams are broken or merely
/// unusual, each with the events that the WHATWG's rules make of it.
@NullMarked
package io.crankfire.testkit.sse;

import org.jspecify.annotations.NullMarked;
