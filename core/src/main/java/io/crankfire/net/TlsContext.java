package io.crankfire.net;

/// What TLS connections share. Immutable.
public final class TlsContext {}
