package io.crankfire.run;

import io.crankfire.net.EpollLoop;
import io.crankfire.plan.Transport;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/// The event loops there are here.
final class Kinds {
  private Kinds() {}

  static List<Transport> transports() {
    return EpollLoop.available() ? List.of(Transport.NIO, Transport.EPOLL) : List.of(Transport.NIO);
  }

  /// Each with one worker and with two.
  static Stream<Arguments> withWorkers() {
    return transports().stream()
        .flatMap(transport -> Stream.of(1, 2).map(workers -> Arguments.of(transport, workers)));
  }
}
