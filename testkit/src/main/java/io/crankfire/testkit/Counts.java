package io.crankfire.testkit;

/// What a server has seen so far.
///
/// A request is counted before any byte of its answer is written, and an answer before its last
/// bytes are: whoever has read a response finds it counted.
///
/// @param received complete requests
/// @param answered responses written whole (a script that cuts, resets or stalls does not count)
/// @param unanswered requests whose behaviour ended without a whole response, on purpose or because
///   the client left
/// @param cutRequests requests that the client began and did not finish
/// @param accepted connections accepted
/// @param open connections open now
/// @param peak most connections open at once
/// @param violations requests that broke the protocol
/// @param failedHandshakes TLS handshakes that did not succeed
public record Counts(
    long received,
    long answered,
    long unanswered,
    long cutRequests,
    long accepted,
    int open,
    int peak,
    long violations,
    long failedHandshakes) {}
