package io.crankfire.net;

import io.crankfire.metrics.Outcome;

/// What a protocol hears of a connection. Called on the connection's event loop only. After
/// [Connection#close()], or after [#failed], nothing is called any more.
public interface ConnectionHandler {

  /// The connection can be written to: TCP is up, a proxy agreed, TLS is done.
  void connected(Connection connection);

  /// Bytes came. They are the loop's: valid during the call, not to be changed.
  ///
  /// @param length at least 1
  void received(Connection connection, byte[] buffer, int offset, int length);

  /// The peer will send no more, in an orderly way. The connection is still to be closed.
  void ended(Connection connection);

  /// Everything written has gone to the kernel, after some of it had to wait:
  /// [Connection#pending()] is 0 again.
  default void drained(Connection connection) {}

  /// It could not be made, or it broke. It is closed already. A connection of which only this is
  /// heard may never have had a socket.
  ///
  /// @param outcome the name of what happened
  /// @param detail the same for a person
  void failed(Connection connection, Outcome outcome, String detail);
}
