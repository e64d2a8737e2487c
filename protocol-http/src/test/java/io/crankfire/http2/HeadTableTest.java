package io.crankfire.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.template.ByteSink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What a server with a table of its own reads of heads that were made short.
class HeadTableTest {

  private final HeadTable table = new HeadTable();
  private final HpackDecoder server = new HpackDecoder();

  private static byte[] head(String... namesAndValues) {
    ByteSink out = new ByteSink(64);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      boolean secret = namesAndValues[i].equals("authorization");
      HpackEncoder.write(out, namesAndValues[i], namesAndValues[i + 1], secret);
    }
    return out.toBytes();
  }

  private static byte[] get(String path) {
    return head(
        ":method", "GET",
        ":scheme", "http",
        ":authority", "shop.example:8080",
        ":path", path,
        "accept", "*/*",
        "user-agent", "crankfire",
        "x-tenant", "acme",
        "authorization", "Bearer open-sesame");
  }

  private static List<String> read(HpackDecoder decoder, byte[] block, int length) {
    List<String> fields = new ArrayList<>();
    ByteSink field = new ByteSink(64);
    decoder.begin(block, 0, length);
    while (decoder.next(field)) {
      fields.add(new String(field.array(), 0, field.size(), StandardCharsets.UTF_8));
      field.clear();
    }
    assertThat(decoder.fault()).isNull();
    return fields;
  }

  /// Sends a head, which the server reads as what it is; tells how many bytes that took.
  private int send(byte[] block) {
    ByteSink shorter = table.shorter(block);
    byte[] sent = shorter == null ? block : shorter.array();
    int length = shorter == null ? block.length : shorter.size();
    assertThat(read(server, sent, length)).isEqualTo(read(new HpackDecoder(), block, block.length));
    return length;
  }

  @Test
  void theThirdTimeAHeadIsAFewReferences() {
    byte[] block = get("/orders");
    byte[] secret = head("authorization", "Bearer open-sesame");

    assertThat(send(block)).isEqualTo(block.length);
    assertThat(send(block)).isBetween(block.length - 8, block.length); // indices of names shrink
    assertThat(send(block)).isEqualTo(7 + secret.length); // which no table may have
    assertThat(send(block)).isEqualTo(7 + secret.length);
  }

  @Test
  void headsInAnyOrderAreReadAsTheyWereMeant() {
    Random random = new Random(5);
    List<byte[]> heads = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      heads.add(get("/" + "x".repeat(i * 20) + "/" + i));
    }
    for (int i = 0; i < 2_000; i++) {
      send(heads.get(random.nextInt(heads.size())));
    }
  }

  @Test
  void aHeadForWhichTheTableHasNoRoomStaysAsItIs() {
    byte[] large = get("/" + "y".repeat(5_000));
    byte[] small = get("/small");
    for (int i = 0; i < 4; i++) {
      assertThat(send(large)).isEqualTo(large.length);
      send(small);
    }
    assertThat(send(small)).isLessThan(small.length / 2);
  }

  @Test
  void theTableIsNeverFullerThanEveryServerKeeps() {
    for (int i = 0; i < 100; i++) {
      byte[] block = get("/" + "z".repeat(600) + i);
      send(block);
      send(block);
      send(block);
      assertThat(server.tableSize()).isLessThanOrEqualTo(HeadTable.SIZE);
    }
  }
}
