package io.crankfire.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.net.Connection;
import io.crankfire.net.ConnectionHandler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FrameWriterTest {

  /// Keeps what it is given, and claims that the kernel takes nothing.
  private static final class Full extends Connection {
    final List<byte[]> written = new ArrayList<>();
    long pending;

    @Override
    public void write(byte[] bytes, int offset, int length) {
      written.add(Arrays.copyOfRange(bytes, offset, offset + length));
    }

    @Override
    public long pending() {
      return pending;
    }

    @Override
    public void close() {}

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void handler(ConnectionHandler handler) {}
  }

  @Test
  void everyLengthHasItsShortestHeaderAndAMaskOfItsOwn() {
    long seed = new SplittableRandom().nextLong();
    SplittableRandom random = new SplittableRandom(seed);
    FrameWriter writer = new FrameWriter(random.nextLong());
    Set<Integer> keys = new HashSet<>();
    int frames = 0;
    for (int length : new int[] {0, 1, 7, 8, 9, 125, 126, 127, 65_535, 65_536, 2_000_000}) {
      for (int i = 0; i < 20; i++) {
        byte[] payload = new byte[length];
        random.nextBytes(payload);
        Full wire = new Full();
        writer.begin().write(payload);
        int count = writer.send(wire, Opcode.BINARY, null);
        byte[] frame = wire.written.getFirst();
        assertThat(frame).hasSize(count);
        assertThat(frame[0] & 0xff).isEqualTo(0x82);
        int header = length < 126 ? 2 : length <= 65_535 ? 4 : 10;
        assertThat(frame).hasSize(header + 4 + length);
        int said = frame[1] & 0xff;
        assertThat(said).isEqualTo(0x80 | (header == 2 ? length : header == 4 ? 126 : 127));
        long extended = 0;
        for (int at = 2; at < header; at++) {
          extended = extended << 8 | (frame[at] & 0xff);
        }
        assertThat(header == 2 ? length : extended).isEqualTo(length);
        int key = 0;
        for (int at = 0; at < length; at++) {
          byte unmasked = (byte) (frame[header + 4 + at] ^ frame[header + at % 4]);
          assertThat(unmasked == payload[at]).as("byte %d, seed %d", at, seed).isTrue();
        }
        for (int at = 0; at < 4; at++) {
          key = key << 8 | (frame[header + at] & 0xff);
        }
        keys.add(key);
        frames++;
      }
    }
    assertThat(keys.size()).isGreaterThan(frames - 3);
  }

  @Test
  void whatTheKernelHasNotTakenIsNotWrittenOver() {
    FrameWriter writer = new FrameWriter(1);
    Full wire = new Full();
    wire.pending = 1;
    byte[] before = writer.begin().array();
    writer.begin().write(new byte[] {1, 2, 3});
    writer.send(wire, Opcode.TEXT, null);

    assertThat(writer.begin().array()).isNotSameAs(before);
  }
}
