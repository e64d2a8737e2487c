package io.crankfire.testkit.websocket;

/// What a WebSocket server has seen and said so far, fragments put together and compression undone.
///
/// A message is counted before any byte of a reply to it is written, and one of the server's before
/// its own last bytes are. Frames that a script writes as raw bytes are not counted.
///
/// @param handshakes handshakes answered with 101
/// @param refused upgrade requests that broke the rules, answered with 400
/// @param open connections after their handshake, open now
/// @param peak most of them at once
/// @param messagesIn messages from clients
/// @param messagesOut messages to clients, pushes included
/// @param bytesIn payload bytes of the messages from clients
/// @param bytesOut payload bytes of the messages to clients
/// @param pings pings from clients, each answered
/// @param pongs pongs from clients
/// @param closed connections that ended with a close frame each way
/// @param cut connections that ended in another way, whoever did that
public record WebSocketCounts(
    long handshakes,
    long refused,
    int open,
    int peak,
    long messagesIn,
    long messagesOut,
    long bytesIn,
    long bytesOut,
    long pings,
    long pongs,
    long closed,
    long cut) {}
