/// A WebSocket server on loopback with scripted behaviour, and a codec of its own: the oracle for
/// every test of a WebSocket client.
///
/// [io.crankfire.testkit.websocket.WebSocketTestServer] answers a path with an
/// [io.crankfire.testkit.websocket.Endpoint]: how the handshake is answered, and a
/// [io.crankfire.testkit.websocket.Talk], which says what becomes of messages.
/// [io.crankfire.testkit.websocket.WebSocketFaults] and
/// [io.crankfire.testkit.websocket.WebSocketOddities] name the ways in which such servers are
/// broken or merely unusual. What clients do wrong is noted.
@NullMarked
package io.crankfire.testkit.websocket;

import org.jspecify.annotations.NullMarked;
