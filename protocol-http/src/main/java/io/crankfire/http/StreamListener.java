package io.crankfire.http;

import io.crankfire.metrics.Outcome;
import io.crankfire.net.Connection;

/// Hears a response as it comes, over whatever version of HTTP. Called on the worker's event loop,
/// never from within [HttpStream#send]. After [#switched], [#completed] or [#failed], and after the
/// stream was cancelled, nothing is called any more; from within each call the stream may be
/// cancelled, or after the last one used again.
public interface StreamListener {

  /// The final head came; redirects have been followed before.
  ///
  /// @param head valid until the session sends the next request
  void responded(ResponseHead head);

  /// A piece of the body came, without framing; a content coding is not undone.
  ///
  /// @param bytes the loop's: valid during the call, not to be changed
  void body(byte[] bytes, int from, int to);

  /// The server switches protocols (RFC 9110 §15.2.2). The connection now belongs to the listener,
  /// who sets its handler and closes it in the end.
  ///
  /// @param closed to be run once, when the connection is closed or broken
  /// @param rest holds what came after the head, from `from` to `to`
  void switched(Connection wire, Runnable closed, byte[] rest, int from, int to);

  /// The whole response came, whatever its status.
  void completed();

  /// There is no response, or no whole one.
  ///
  /// @param detail what happened, for a person
  void failed(Outcome outcome, String detail);
}
