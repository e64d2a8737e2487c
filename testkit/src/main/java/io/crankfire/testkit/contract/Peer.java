package io.crankfire.testkit.contract;

import io.crankfire.protocol.Protocol;
import java.time.Duration;
import java.util.Map;

/// A protocol and a server of its kind, which counts for itself.
public interface Peer extends AutoCloseable {

  /// The protocol.
  Protocol protocol();

  /// The configuration of a step to which the server does this.
  Map<String, String> step(Deed deed, Duration timeout);

  /// The configuration of a step to another host and port, where nobody may be.
  Map<String, String> stepTo(String host, int port, Duration timeout);

  /// Exchanges that have reached the server, whatever it did with them.
  long received();

  /// Connections it has accepted.
  long accepted();

  /// Connections it has open now.
  int open();

  /// The most connections it had open at once.
  int peak();

  /// What is wrong with the test or with the requests, in the eyes of the server.
  String complaints();

  @Override
  void close();
}
