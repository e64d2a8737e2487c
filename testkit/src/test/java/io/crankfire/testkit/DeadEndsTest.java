package io.crankfire.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;

class DeadEndsTest {
  @Test
  void aRefusingPortRefuses() {
    try (DeadEnds nobody = DeadEnds.refusing()) {
      assertThatThrownBy(() -> new Socket(nobody.address().getAddress(), nobody.port()).close())
          .isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void aSilentPortLeavesAConnectionUnmade() throws Exception {
    try (DeadEnds silence = DeadEnds.silent();
        SocketChannel channel = SocketChannel.open()) {
      channel.configureBlocking(false);
      assertThat(channel.connect(silence.address()) || channel.finishConnect()).isFalse();
    }
  }
}
