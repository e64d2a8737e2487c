package io.crankfire.testkit.http2;

/// What a server of HTTP/2 has seen so far. A request is counted before any byte of its answer is
/// written, an answer before its last bytes are.
///
/// @param begun heads of requests
/// @param received whole requests
/// @param answered responses whose end was sent
/// @param resetByUs streams ended by RST_STREAM of the server
/// @param resetByClient streams ended by RST_STREAM of the client
/// @param afterGoAway streams begun by a client that had been told that they would not be looked
///   at: they crossed, or were not to be
/// @param openStreams streams open now
/// @param peakStreams most streams that one connection had open at once
/// @param accepted connections accepted
/// @param open connections open now
/// @param peak most connections open at once
/// @param bodyBytes bytes of the bodies of requests
/// @param pings PING frames of clients, without acknowledgements
/// @param goAways GOAWAY frames of clients
/// @param failedHandshakes TLS handshakes that did not succeed
public record Http2Counts(
    long begun,
    long received,
    long answered,
    long resetByUs,
    long resetByClient,
    long afterGoAway,
    int openStreams,
    int peakStreams,
    long accepted,
    int open,
    int peak,
    long bodyBytes,
    long pings,
    long goAways,
    long failedHandshakes) {}
