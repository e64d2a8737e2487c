package io.crankfire.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.hpack.HpackException;
import org.junit.jupiter.api.Test;

/// Header compression between us and Jetty's and Netty's, many blocks of one connection each.
class HpackPeersTest {

  private static final long SEED = 9113;
  private static final int BLOCKS = 1_000;

  private final Random random = new Random(SEED);
  private final HpackDecoder decoder = new HpackDecoder();

  private static List<String> lines(List<Map.Entry<String, String>> fields) {
    List<String> lines = new ArrayList<>();
    fields.forEach(field -> lines.add(field.getKey() + ": " + field.getValue()));
    return lines;
  }

  @Test
  void whatJettyWritesIsRead() throws HpackException {
    var jetty = new org.eclipse.jetty.http2.hpack.HpackEncoder();
    jetty.setTableCapacity(4096);
    jetty.setMaxHeaderListSize(256 * 1024);
    for (int round = 0; round < BLOCKS; round++) {
      if (round == BLOCKS / 2) { // our settings have come
        jetty.setTableCapacity(0);
        decoder.limit(0);
      }
      List<Map.Entry<String, String>> fields = Hpack.randomFields(random);
      HttpFields.Mutable jettys = HttpFields.build();
      fields.forEach(field -> jettys.add(field.getKey(), field.getValue()));
      int status = random.nextInt(100, 600);
      ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
      jetty.encode(buffer, new MetaData.Response(status, null, HttpVersion.HTTP_2, jettys));
      List<String> expected = lines(fields);
      expected.addFirst(":status: " + status);
      byte[] block = Arrays.copyOf(buffer.array(), buffer.position());
      assertThat(Hpack.decode(decoder, block)).as("block %s", round).isEqualTo(expected);
      assertThat(decoder.tableSize()).isEqualTo(jetty.getHpackContext().getDynamicTableSize());
    }
  }

  @Test
  void whatNettyWritesIsRead() throws Http2Exception {
    try (DefaultHttp2HeadersEncoder netty =
        new DefaultHttp2HeadersEncoder(Http2HeadersEncoder.NEVER_SENSITIVE)) {
      for (int round = 0; round < BLOCKS; round++) {
        if (round == BLOCKS / 2) { // our settings have come
          netty.maxHeaderTableSize(0);
          decoder.limit(0);
        }
        List<Map.Entry<String, String>> fields = Hpack.randomFields(random);
        Http2Headers nettys = new DefaultHttp2Headers(false);
        fields.forEach(field -> nettys.add(field.getKey(), field.getValue()));
        ByteBuf buffer = Unpooled.buffer();
        netty.encodeHeaders(1, nettys, buffer);
        byte[] block = new byte[buffer.readableBytes()];
        buffer.readBytes(block);
        // Netty sends fields of equal names in another order.
        assertThat(Hpack.decode(decoder, block))
            .as("block %s", round)
            .containsExactlyInAnyOrderElementsOf(lines(fields));
      }
    }
  }

  @Test
  void jettyReadsWhatWeWrite() throws HpackException {
    var jetty = new org.eclipse.jetty.http2.hpack.HpackDecoder(256 * 1024, () -> 0);
    for (int round = 0; round < BLOCKS; round++) {
      List<Map.Entry<String, String>> fields = Hpack.randomFields(random);
      List<Map.Entry<String, String>> all = new ArrayList<>(fields);
      all.addFirst(Map.entry(":path", "/" + round));
      all.addFirst(Map.entry(":authority", "example.org"));
      all.addFirst(Map.entry(":scheme", "https"));
      all.addFirst(Map.entry(":method", round % 2 == 0 ? "GET" : "PUT"));
      MetaData data = jetty.decode(ByteBuffer.wrap(Hpack.encode(all)));
      List<String> read = new ArrayList<>();
      data.getHttpFields().forEach(f -> read.add(f.getLowerCaseName() + ": " + f.getValue()));
      assertThat(read).isEqualTo(lines(fields));
      MetaData.Request request = (MetaData.Request) data;
      assertThat(request.getMethod()).isEqualTo(round % 2 == 0 ? "GET" : "PUT");
      assertThat(request.getHttpURI()).hasToString("https://example.org/" + round);
    }
    assertThat(jetty.getHpackContext().getDynamicTableSize()).isZero();
  }

  @Test
  void nettyReadsWhatWeWrite() throws Http2Exception {
    DefaultHttp2HeadersDecoder netty = new DefaultHttp2HeadersDecoder(true, 256 * 1024);
    for (int round = 0; round < BLOCKS; round++) {
      List<Map.Entry<String, String>> fields = Hpack.randomFields(random);
      byte[] block = Hpack.encode(fields);
      List<String> read = new ArrayList<>();
      netty
          .decodeHeaders(1, Unpooled.wrappedBuffer(block))
          .forEach(f -> read.add(f.getKey() + ": " + f.getValue()));
      assertThat(read).as("block %s", round).containsExactlyInAnyOrderElementsOf(lines(fields));
      assertThat(Hpack.decode(decoder, block)).isEqualTo(lines(fields));
    }
    assertThat(decoder.tableSize()).isZero();
  }

  @Test
  void weAndNettyFindTheSameFaults() {
    int faults = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] block = Hpack.encode(Hpack.randomFields(random));
      block = Arrays.copyOf(block, Math.min(block.length, 80));
      for (int changes = random.nextInt(3); changes > 0 && block.length > 0; changes--) {
        block[random.nextInt(block.length)] = (byte) random.nextInt(256);
      }
      boolean nettys = false;
      try {
        new DefaultHttp2HeadersDecoder(false).decodeHeaders(1, Unpooled.wrappedBuffer(block));
      } catch (Http2Exception e) {
        nettys = true;
      }
      boolean ours = Hpack.fault(new HpackDecoder(), block) != null;
      faults += ours ? 1 : 0;
      byte[] shown = block;
      assertThat(ours).as(() -> HexFormat.of().formatHex(shown)).isEqualTo(nettys);
    }
    assertThat(faults).isBetween(4_000, 19_000);
  }
}
