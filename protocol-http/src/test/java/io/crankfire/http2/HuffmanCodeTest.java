package io.crankfire.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.eclipse.jetty.http.compression.EncodingException;
import org.eclipse.jetty.http.compression.HuffmanDecoder;
import org.eclipse.jetty.http.compression.HuffmanEncoder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Huffman's code against RFC 7541 and against Jetty's.
class HuffmanCodeTest {

  private static final long SEED = 7541;

  private static byte[] encode(byte[] text) {
    byte[] out = new byte[HuffmanCode.encodedLength(text, 0, text.length)];
    HuffmanCode.encode(text, 0, text.length, out, 0);
    return out;
  }

  /// What the bytes mean; the fault's number if they are at fault.
  private static String decode(byte[] bytes) {
    byte[] out = new byte[HuffmanCode.mostDecoded(bytes.length)];
    int end = HuffmanCode.decode(bytes, 0, bytes.length, out, 0);
    return end < 0 ? "fault " + end : Hpack.text(Arrays.copyOf(out, end));
  }

  @Test
  void theExamplesOfTheStandardAreRead() {
    assertThat(decode(Hpack.hex("f1e3 c2e5 f23a 6ba0 ab90 f4ff"))).isEqualTo("www.example.com");
    assertThat(decode(Hpack.hex("a8eb 1064 9cbf"))).isEqualTo("no-cache");
    assertThat(decode(Hpack.hex("25a8 49e9 5ba9 7d7f"))).isEqualTo("custom-key");
    assertThat(decode(Hpack.hex(""))).isEmpty();
    assertThat(encode(Hpack.bytes("no-cache"))).isEqualTo(Hpack.hex("a8eb 1064 9cbf"));
  }

  @Test
  void whateverIsEncodedIsReadAgain() {
    Random random = new Random(SEED);
    for (int c = 0; c < 256; c++) {
      for (int length = 1; length < 9; length++) {
        byte[] text = new byte[length];
        Arrays.fill(text, (byte) c);
        assertThat(decode(encode(text))).as("%s × %s", length, c).isEqualTo(Hpack.text(text));
      }
    }
    for (int round = 0; round < 20_000; round++) {
      byte[] text = new byte[random.nextInt(100)];
      random.nextBytes(text);
      if (random.nextBoolean()) {
        for (int i = 0; i < text.length; i++) {
          text[i] = (byte) (' ' + (text[i] & 0x3f));
        }
      }
      assertThat(decode(encode(text))).isEqualTo(Hpack.text(text));
    }
  }

  @Test
  void jettyWritesTheSameBytes() {
    Random random = new Random(SEED);
    for (int round = 0; round < 5_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(60); n > 0; n--) {
        text.append((char) (' ' + random.nextInt(95)));
      }
      ByteBuffer jettys = ByteBuffer.allocate(HuffmanEncoder.octetsNeeded(text.toString()));
      HuffmanEncoder.encode(jettys, text.toString());
      assertThat(encode(Hpack.bytes(text.toString()))).isEqualTo(jettys.array());
    }
  }

  @Test
  void jettyFindsTheSameFaults() {
    Random random = new Random(SEED);
    int faults = 0;
    for (int round = 0; round < 50_000; round++) {
      byte[] bytes = new byte[1 + random.nextInt(round % 2 == 0 ? 3 : 12)];
      random.nextBytes(bytes);
      if (random.nextBoolean()) {
        bytes[bytes.length - 1] |= (byte) (0xff >> random.nextInt(8));
      }
      String ours = decode(bytes);
      faults += ours.startsWith("fault") ? 1 : 0;
      String jettys = jettys(bytes);
      // Jetty shows what is no character of a field's value as something else.
      assertThat(ours.startsWith("fault")).as(Arrays.toString(bytes)).isEqualTo(jettys == null);
      if (jettys != null && ours.chars().allMatch(c -> c >= ' ' && c < 127)) {
        assertThat(ours).isEqualTo(jettys);
      }
    }
    assertThat(faults).isBetween(10_000, 45_000);
  }

  private static @Nullable String jettys(byte[] bytes) {
    HuffmanDecoder decoder = new HuffmanDecoder();
    decoder.setLength(bytes.length);
    try {
      return decoder.decode(ByteBuffer.wrap(bytes));
    } catch (EncodingException e) {
      return null;
    }
  }

  @Test
  void wrongEndsAreFaults() {
    assertThat(decode(Hpack.hex("ff"))).isEqualTo("fault " + HuffmanCode.TRUNCATED);
    assertThat(decode(Hpack.hex("1c"))).as("a and 3 zero bits").isNotEqualTo("a");
    assertThat(decode(Hpack.hex("18"))).isEqualTo("fault " + HuffmanCode.PADDING);
    assertThat(decode(Hpack.hex("1f"))).isEqualTo("a");
    assertThat(decode(Hpack.hex("1fff"))).isEqualTo("fault " + HuffmanCode.TRUNCATED);
    assertThat(decode(Hpack.hex("fffffffc"))).isEqualTo("fault " + HuffmanCode.END_OF_STRING);
    assertThat(decode(Hpack.hex("ffffffff"))).isEqualTo("fault " + HuffmanCode.END_OF_STRING);
    assertThat(decode(Hpack.hex("1fffffffe7"))).isEqualTo("fault " + HuffmanCode.END_OF_STRING);
    assertThat(decode(Hpack.hex("fffffff0"))).as("a longest code, cut").startsWith("fault");
  }
}
