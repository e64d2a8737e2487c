package io.crankfire.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.grpc.ResponseFields.Coding;
import io.crankfire.template.ByteSink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Messages in pieces, compressed, broken, and too large.
class MessageReaderTest {

  private static final long SEED = 8;

  private final List<String> heard = new ArrayList<>();
  private final Gzip gzip = new Gzip();
  private final MessageReader reader =
      new MessageReader((bytes, from, to) -> {
        heard.add(new String(bytes, from, to - from, StandardCharsets.UTF_8));
        return true;
      });

  @AfterEach
  void stop() {
    gzip.close();
  }

  private static byte[] frame(int flag, byte[] message) {
    byte[] frame = new byte[5 + message.length];
    frame[0] = (byte) flag;
    for (int i = 0; i < 4; i++) {
      frame[1 + i] = (byte) (message.length >>> (24 - 8 * i));
    }
    System.arraycopy(message, 0, frame, 5, message.length);
    return frame;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] zipped(byte[] plain) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(plain);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return out.toByteArray();
  }

  private MessageReader.Fault fault(Coding coding, int most, byte[] frame) {
    reader.begin(most);
    reader.coding(coding);
    assertThat(reader.read(frame, 0, frame.length, gzip)).isFalse();
    return reader.fault();
  }

  @Test
  void messagesAreTheSameInPiecesOfAnySize() {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    List<String> sent = new ArrayList<>();
    Random random = new Random(SEED);
    for (int i = 0; i < 200; i++) {
      String text = "x".repeat(random.nextInt(5) == 0 ? 0 : random.nextInt(2_000)) + i;
      sent.add(text);
      boolean compressed = random.nextBoolean();
      body.writeBytes(frame(compressed ? 1 : 0, compressed ? zipped(utf8(text)) : utf8(text)));
    }
    byte[] bytes = body.toByteArray();
    for (int most : new int[] {1, 3, 100, 16_384, bytes.length}) {
      heard.clear();
      reader.begin(10_000);
      reader.coding(Coding.GZIP);
      for (int at = 0; at < bytes.length; ) {
        int to = Math.min(bytes.length, at + 1 + random.nextInt(most));
        assertThat(reader.read(bytes, at, to, gzip)).isTrue();
        at = to;
      }
      assertThat(heard).as("pieces up to %d, seed %d", most, SEED).isEqualTo(sent);
      assertThat(reader.isWithin()).isFalse();
    }
  }

  @Test
  void aMessageThatIsNotAllThereIsKnown() {
    byte[] frame = frame(0, utf8("hello"));
    for (int size = 1; size < frame.length; size++) {
      reader.begin(100);
      assertThat(reader.read(frame, 0, size, gzip)).isTrue();
      assertThat(reader.isWithin()).isTrue();
    }
    assertThat(heard).isEmpty();
  }

  @Test
  void aMessageIsRefusedByItsPrefix() {
    byte[] large = Arrays.copyOf(frame(0, new byte[101]), 5);

    assertThat(fault(Coding.IDENTITY, 100, large)).isEqualTo(MessageReader.Fault.TOO_LARGE);
    assertThat(fault(Coding.IDENTITY, 100, new byte[] {0, -1, -1, -1, -1}))
        .isEqualTo(MessageReader.Fault.TOO_LARGE);
    assertThat(fault(Coding.IDENTITY, 100, frame(2, utf8("a"))))
        .isEqualTo(MessageReader.Fault.BAD_FLAG);
    assertThat(fault(Coding.IDENTITY, 100, frame(1, zipped(utf8("a")))))
        .isEqualTo(MessageReader.Fault.NOT_AGREED);
    assertThat(fault(Coding.OTHER, 100, frame(1, zipped(utf8("a")))))
        .isEqualTo(MessageReader.Fault.UNKNOWN_CODING);
  }

  @Test
  void aBombIsRefusedBeforeItIsLarge() {
    byte[] bomb = zipped(new byte[50_000_000]);

    assertThat(fault(Coding.GZIP, 1_000_000, frame(1, bomb)))
        .isEqualTo(MessageReader.Fault.TOO_LARGE);
    assertThat(gzip.plain().array().length).isLessThan(3_000_000);
  }

  @Test
  void everyDamageOfGzipIsFound() {
    String message = "a message that is compressed, a message that is compressed";
    byte[] good = zipped(utf8(message));
    Random random = new Random(SEED);
    assertThat(heard).isEmpty();
    for (int i = 0; i < good.length; i++) {
      reader.begin(1_000);
      reader.coding(Coding.GZIP);
      byte[] cut = frame(1, Arrays.copyOf(good, i));
      assertThat(reader.read(cut, 0, cut.length, gzip)).as("cut at %d", i).isFalse();
      assertThat(reader.fault()).isEqualTo(MessageReader.Fault.BAD_GZIP);
    }
    for (int i = 0; i < 2_000; i++) {
      byte[] damaged = good.clone();
      damaged[10 + random.nextInt(damaged.length - 10)] ^= (byte) (1 + random.nextInt(255));
      reader.begin(1_000);
      reader.coding(Coding.GZIP);
      byte[] frame = frame(1, damaged);
      boolean read = reader.read(frame, 0, frame.length, gzip);
      // The last bits before the checksum mean nothing.
      assertThat(read).as("seed %d", SEED).isEqualTo(heard.remove(message));
    }
    assertThat(heard).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 10, 1_000, 100_000})
  void whatIsCompressedIsGzip(int size) throws IOException {
    byte[] plain = new byte[size];
    new Random(SEED).nextBytes(plain);
    Arrays.fill(plain, 0, size / 2, (byte) 7);
    ByteSink out = new ByteSink(16);
    gzip.compress(plain, 0, size, out);

    try (GZIPInputStream in =
        new GZIPInputStream(new java.io.ByteArrayInputStream(out.toBytes()))) {
      assertThat(in.readAllBytes()).isEqualTo(plain);
    }
    assertThat(gzip.decompress(out.array(), 0, out.size(), size)).isEqualTo(Gzip.Result.DONE);
    assertThat(gzip.plain().toBytes()).isEqualTo(plain);
  }
}
