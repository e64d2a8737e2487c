package io.crankfire.bench;

/// What a generator is asked to do.
///
/// @param connections kept open, each with one request at a time
/// @param seconds length of the run
/// @param rate requests per second, 0 for as fast as possible
/// @param total requests after which to stop, 0 for no limit
record Load(String url, int connections, int seconds, int rate, int total) {

  Load {
    if (connections < 1 || seconds < 1 || rate < 0 || total < 0) {
      throw new IllegalArgumentException(
          "not a load: " + connections + ", " + seconds + ", " + rate + ", " + total);
    }
  }

  static Load closed(String url, int connections, int seconds) {
    return new Load(url, connections, seconds, 0, 0);
  }

  static Load open(String url, int connections, int seconds, int rate) {
    return new Load(url, connections, seconds, rate, 0);
  }

  static Load single(String url) {
    return new Load(url, 1, 10, 0, 1);
  }

  boolean https() {
    return url.startsWith("https:");
  }

  /// The rate of one connection, for tools that want it so.
  String ratePerConnection() {
    return Double.toString((double) rate / connections);
  }
}
