package io.crankfire.http2;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Heads and trailers: what they mean, which are malformed (RFC 9113 §8.2, §8.3), and what the
/// worker remembers of them.
class FieldReaderTest {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final FieldMemo memo = new FieldMemo();
  private final FieldReader reader = new FieldReader(memo);

  private static @Nullable FieldSection head(FieldReader reader, byte[] block) {
    return reader.read(block, 0, block.length, false);
  }

  private @Nullable FieldSection head(byte[] block) {
    return head(reader, block);
  }

  private FieldSection good(byte[] block) {
    FieldSection section = head(block);
    assertThat(reader.fault()).isNull();
    return Objects.requireNonNull(section);
  }

  private @Nullable FieldSection readTrailers(byte[] block) {
    return reader.read(block, 0, block.length, true);
  }

  private FieldSection trailers(byte[] block) {
    FieldSection section = readTrailers(block);
    assertThat(reader.fault()).isNull();
    return Objects.requireNonNull(section);
  }

  private static String text(FieldSection section) {
    return new String(section.lines(), 0, section.size(), StandardCharsets.UTF_8);
  }

  @Test
  void aHeadReadsLikeOneOfHttp1() {
    byte[] block = Hpack.encode(":status", "200", "content-type", "text/plain", "x", "");
    FieldSection head = good(block);
    assertThat(text(head)).isEqualTo("HTTP/2 200\r\ncontent-type: text/plain\r\nx: \r\n\r\n");
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.value("Content-Type")).isEqualTo("text/plain");
    assertThat(head.value("x")).isEmpty();
    assertThat(head.value("content")).isNull();
    assertThat(head.value("status")).isNull();
    assertThat(good(Hpack.encode(":status", "599")).status()).isEqualTo(599);
    assertThat(text(good(Hpack.encode(":status", "103")))).isEqualTo("HTTP/2 103\r\n\r\n");
  }

  @Test
  void trailersHaveNoStatus() {
    FieldSection trailers = trailers(Hpack.encode("grpc-status", "0", "grpc-message", "a b"));
    assertThat(text(trailers)).isEqualTo("HTTP/2\r\ngrpc-status: 0\r\ngrpc-message: a b\r\n\r\n");
    assertThat(trailers.status()).isZero();
    assertThat(trailers.value("grpc-status")).isEqualTo("0");
    assertThat(text(trailers(new byte[0]))).isEqualTo("HTTP/2\r\n\r\n");
    assertThat(readTrailers(Hpack.encode(":status", "200"))).isNull();
    assertMalformed("a pseudo-header field in trailers: \":status: 200\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no :status                                       | content-type=a",
        ":status twice                                    | :status=200 :status=200",
        ":status after other fields                       | a=b :status=200",
        "not a status code: \":status: 20\"                 | :status=20",
        "not a status code: \":status: 2000\"               | :status=2000",
        "not a status code: \":status: 099\"                | :status=099",
        "not a status code: \":status: 2x0\"                | :status=2x0",
        "not a status code: \":status: \"                   | :status=",
        "'status 101, which is not for HTTP/2'            | :status=101",
        "'not a pseudo-header field of responses: \":path: /\"' | :status=200 :path=/",
        "'not a pseudo-header field of responses: \":x: \"' | :status=200 a=b :x=",
        "'not a pseudo-header field of responses: \":: \"' | :status=200 :=",
        "a field without a name                           | :status=200 =b",
        "upper case in a field's name: \"Ab\"               | :status=200 Ab=b",
        "not a field's name: \"a b\"                        | :status=200 a_b=b",
        "not a field's name: \"a:\"                         | :status=200 a:=b",
        "not a field's name: \"a??\"                        | :status=200 aé=b",
        "a control character in the field \"a: b??c\"       | :status=200 a=b^~c",
        "a control character in the field \"a: ?\"          | :status=200 a=0",
        "blanks around the value of the field \"a:  b\"     | :status=200 a=_b",
        "blanks around the value of the field \"a: b \"     | :status=200 a=b_",
        "blanks around the value of the field \"a:  \"      | :status=200 a=_",
        "a field that is not for HTTP/2: \"connection: close\" | :status=200 connection=close",
        "a field that is not for HTTP/2: \"keep-alive: 5\"  | :status=200 keep-alive=5",
        "a field that is not for HTTP/2: \"proxy-connection: x\" | :status=200 proxy-connection=x",
        "a field that is not for HTTP/2: \"transfer-encoding: x\" | :status=200"
            + " transfer-encoding=x",
        "a field that is not for HTTP/2: \"upgrade: x\"     | :status=200 upgrade=x",
      })
  void whatIsMalformedIsNamed(String fault, String fields) {
    byte[][] parts =
        Arrays.stream(fields.split(" "))
            .map(field -> field.replace('_', ' ').replace('^', '\r').replace('~', '\n'))
            .map(field -> field.equals("a=0") ? "a=\0" : field)
            .map(field -> field.split("=", 2))
            .map(f -> Hpack.join(new byte[1], utf8(f[0]), utf8(f[1])))
            .toArray(byte[][]::new);
    byte[] block = Hpack.join(parts);
    head(block);
    assertMalformed(fault);
    head(block);
    assertMalformed(fault); // and is not remembered as anything else
    good(Hpack.encode(":status", "200")); // only its stream has to end
  }

  private static byte[] utf8(String text) {
    return Hpack.plain(Hpack.text(text.getBytes(StandardCharsets.UTF_8)));
  }

  private void assertMalformed(String fault) {
    assertThat(reader.fault()).isEqualTo(fault);
    assertThat(reader.isCompressionError()).isFalse();
    assertThat(reader.isTooLarge()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\tb", "a  b", "ü", "\u0080", "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~"})
  void valuesMayHaveAllElse(String value) {
    byte[] block = Hpack.join(Hpack.encode(":status", "200"), new byte[1], utf8("x"), utf8(value));
    assertThat(good(block).value("x")).isEqualTo(value);
  }

  @Test
  void aWrongCompressionEndsTheConnection() {
    assertThat(head(Hpack.hex("be"))).isNull();
    assertThat(reader.fault()).isEqualTo("header compression: index 62 in tables of 61");
    assertThat(reader.isCompressionError()).isTrue();
    assertThat(reader.isTooLarge()).isFalse();
  }

  @Test
  void aPeerMayUseItsTableUntilItHasSeenOurSettings() {
    byte[] adds = Hpack.join(Hpack.encode(":status", "200"), Hpack.indexing("x", "y"));
    byte[] refers = Hpack.hex("88 be");
    assertThat(text(good(adds))).isEqualTo("HTTP/2 200\r\nx: y\r\n\r\n");
    assertThat(text(good(refers))).isEqualTo("HTTP/2 200\r\nx: y\r\n\r\n");
    reader.acknowledged(0);
    assertThat(text(good(Hpack.hex("20 88")))).isEqualTo("HTTP/2 200\r\n\r\n");
    assertThat(head(refers)).isNull();
    assertThat(reader.isCompressionError()).isTrue();
  }

  @Test
  void aFaultyHeadStillChangesTheTable() {
    byte[] block = Hpack.join(Hpack.indexing("Upper", "y"), Hpack.indexing("x", "z"));
    assertThat(head(block)).isNull();
    assertMalformed("upper case in a field's name: \"Upper\"");
    assertThat(good(Hpack.hex("88 be")).value("x")).isEqualTo("z");
  }

  @Test
  void theSizeIsLimited() {
    byte[] most = Hpack.encode(":status", "200", "x", "y".repeat(FieldReader.LIMIT - 75));
    assertThat(good(most).size()).isGreaterThan(FieldReader.LIMIT - 75);
    head(Hpack.encode(":status", "200", "x", "y".repeat(FieldReader.LIMIT - 74)));
    assertThat(reader.isTooLarge()).isTrue();
    assertThat(reader.isCompressionError()).isFalse();
    assertThat(reader.fault()).isEqualTo("header fields of more than 262144 bytes");

    head(new byte[FieldReader.LIMIT + 1]);
    assertThat(reader.isTooLarge()).isTrue();
    assertThat(reader.isCompressionError()).isTrue();
    assertThat(reader.fault()).isEqualTo("a header block of 262145 bytes");
    good(Hpack.encode(":status", "200"));
    assertThat(reader.isTooLarge()).isFalse();
    assertThat(reader.isCompressionError()).isFalse();
  }

  @Test
  void smallBlocksThatMeanMuchAreGivenUpEarly() {
    // Each byte of the second block means 4 KiB.
    good(Hpack.join(Hpack.encode(":status", "200"), Hpack.indexing("x", "y".repeat(4000))));
    byte[] bomb = new byte[FieldReader.LIMIT];
    Arrays.fill(bomb, (byte) 0xbe);
    head(bomb);
    assertThat(reader.isTooLarge()).isTrue();
    assertThat(reader.isCompressionError()).isTrue();
    assertThat(memo.lines.array().length).isLessThan(3 * FieldReader.LIMIT);
    // And 62 bytes are too large, but do no harm to the connection.
    FieldReader other = new FieldReader(memo);
    head(other, Hpack.join(Hpack.hex("88"), Hpack.indexing("x", "y".repeat(4000))));
    assertThat(head(other, Hpack.join(Hpack.hex("88"), Arrays.copyOf(bomb, 66)))).isNull();
    assertThat(other.isTooLarge()).isTrue();
    assertThat(other.isCompressionError()).isFalse();
    assertThat(head(other, Hpack.hex("88 be"))).isNotNull();
  }

  @Test
  void fieldsOfNothingCountToo() {
    // `: ` from a table, 32 bytes each (RFC 9113 §6.5.2).
    byte[] block = new byte[FieldReader.LIMIT / 32];
    Arrays.fill(block, (byte) 0x90); // accept-encoding: gzip, deflate
    assertThat(readTrailers(block)).isNull();
    assertThat(reader.isTooLarge()).isTrue();
  }

  @Test
  void equalBlocksAreReadOnce() {
    byte[] block = Hpack.encode(":status", "200", "x", "y");
    byte[] trailers = Hpack.encode("grpc-status", "0");
    FieldSection section = good(block);
    section.findings = "found";
    FieldSection end = trailers(trailers);
    assertThat(good(block.clone())).isSameAs(section);
    assertThat(section.findings).isEqualTo("found");
    assertThat(trailers(trailers.clone())).isSameAs(end);
    // On any connection of the worker, at any place of its buffer.
    byte[] elsewhere = Hpack.join(new byte[3], block, new byte[5]);
    FieldReader other = new FieldReader(memo);
    assertThat(other.read(elsewhere, 3, 3 + block.length, false)).isSameAs(section);
    // A head means something else where trailers are due.
    assertThat(readTrailers(block)).isNull();
    assertThat(good(block)).isSameAs(section);
  }

  @Test
  void blocksOfATableMeanSomethingElseEachTime() {
    FieldReader other = new FieldReader(memo);
    good(Hpack.join(Hpack.hex("88"), Hpack.indexing("x", "mine")));
    head(other, Hpack.join(Hpack.hex("88"), Hpack.indexing("x", "others")));
    byte[] block = Hpack.hex("88 be");
    assertThat(good(block).value("x")).isEqualTo("mine");
    FieldSection others = Objects.requireNonNull(head(other, block));
    assertThat(others.value("x")).isEqualTo("others");
    assertThat(head(new FieldReader(memo), block)).isNull();
    // A block that adds a field does so each time.
    byte[] adding = Hpack.join(Hpack.hex("88"), Hpack.indexing("z", "1"));
    good(adding);
    good(adding);
    assertThat(good(Hpack.hex("88 bf")).value("z")).isEqualTo("1");
  }

  @Test
  void whatRepeatsIsKnownAmongMuchThatDoesNot() {
    byte[] trailers = Hpack.encode("grpc-status", "0");
    FieldSection end = trailers(trailers);
    end.findings = "ok";
    for (int i = 0; i < 1_000; i++) {
      byte[] block = Hpack.encode(":status", "200", "x-request-id", Integer.toString(100_000 + i));
      FieldSection head = good(block);
      assertThat(head.findings).isNull();
      head.findings = i;
      assertThat(head.value("x-request-id")).isEqualTo(Integer.toString(100_000 + i));
      assertThat(trailers(trailers)).isSameAs(end);
      assertThat(end.findings).isEqualTo("ok");
    }
  }

  @Test
  void nothingIsAllocatedWhetherBlocksRepeatOrNot() {
    byte[][] different = new byte[1_000][];
    for (int i = 0; i < different.length; i++) {
      different[i] =
          Hpack.encode(
              ":status", "200", "content-type", "application/json", "x-id", "" + (100_000 + i));
    }
    byte[][] few = Arrays.copyOf(different, 4);
    byte[][] large = {Hpack.encode(":status", "200", "x", "y".repeat(100_000)), different[0]};
    for (byte[][] blocks : new byte[][][] {different, few, large}) {
      readAll(blocks, 2_000);
      long before = THREADS.getCurrentThreadAllocatedBytes();
      readAll(blocks, 2_000);
      long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
      assertThat(bytes / 2_000.0).isLessThan(1);
    }
  }

  private void readAll(byte[][] blocks, int times) {
    for (int i = 0; i < times; i++) {
      byte[] block = blocks[i % blocks.length];
      if (reader.read(block, 0, block.length, false) == null) {
        throw new AssertionError(reader.fault());
      }
    }
  }
}
