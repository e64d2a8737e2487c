package io.crankfire.metrics;

import java.nio.ByteBuffer;
import java.util.List;

/// One interval of a run, all workers together. Times are in nanoseconds since the run began,
/// counts are of this interval alone.
///
/// @param fromNanos when it began
/// @param toNanos when it ended
/// @param asked arrivals the schedule had in this interval; in a closed model those begun
/// @param started arrivals begun
/// @param ok exchanges that succeeded
/// @param failed exchanges that failed
/// @param interrupted exchanges ended by us
/// @param bytesIn bytes received
/// @param bytesOut bytes sent
/// @param activeSessions sessions busy at its end
/// @param openConnections connections open at its end
/// @param latenessP99 99th percentile of the send lateness
/// @param longestStall longest unasked-for gap between two turns of an event loop
/// @param response response times of successes and failures, encoded by [HistogramCodec]
/// @param service service times likewise
/// @param measures what protocols measured of their own, if anything
@SuppressWarnings("ArrayRecordComponent") // encoded histograms, compared by nobody
public record TimelinePoint(
    long fromNanos,
    long toNanos,
    long asked,
    long started,
    long ok,
    long failed,
    long interrupted,
    long bytesIn,
    long bytesOut,
    int activeSessions,
    int openConnections,
    long latenessP99,
    long longestStall,
    byte[] response,
    byte[] service,
    List<MeasurePoint> measures) {

  /// Copies the list.
  public TimelinePoint {
    measures = List.copyOf(measures);
  }

  /// An interval in which protocols measured nothing of their own.
  public TimelinePoint(
      long fromNanos,
      long toNanos,
      long asked,
      long started,
      long ok,
      long failed,
      long interrupted,
      long bytesIn,
      long bytesOut,
      int activeSessions,
      int openConnections,
      long latenessP99,
      long longestStall,
      byte[] response,
      byte[] service) {
    this(
        fromNanos,
        toNanos,
        asked,
        started,
        ok,
        failed,
        interrupted,
        bytesIn,
        bytesOut,
        activeSessions,
        openConnections,
        latenessP99,
        longestStall,
        response,
        service,
        List.of());
  }

  /// This interval and the one after it as one.
  public TimelinePoint join(TimelinePoint next) {
    return new TimelinePoint(
        fromNanos,
        next.toNanos,
        asked + next.asked,
        started + next.started,
        ok + next.ok,
        failed + next.failed,
        interrupted + next.interrupted,
        bytesIn + next.bytesIn,
        bytesOut + next.bytesOut,
        next.activeSessions,
        next.openConnections,
        Math.max(latenessP99, next.latenessP99),
        Math.max(longestStall, next.longestStall),
        joined(response, next.response),
        joined(service, next.service),
        MeasurePoint.join(measures, next.measures));
  }

  /// The response times as a histogram.
  public Histogram responseTime() {
    return decoded(response);
  }

  /// The service times as a histogram.
  public Histogram serviceTime() {
    return decoded(service);
  }

  static Histogram decoded(byte[] bytes) {
    Histogram histogram = new Histogram();
    HistogramCodec.merge(ByteBuffer.wrap(bytes), histogram);
    return histogram;
  }

  static byte[] joined(byte[] a, byte[] b) {
    Histogram both = decoded(a);
    HistogramCodec.merge(ByteBuffer.wrap(b), both);
    return encoded(both);
  }

  /// A histogram in the form the components have.
  public static byte[] encoded(Histogram histogram) {
    ByteBuffer buffer = HistogramCodec.encode(histogram);
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
