package io.crankfire.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The decoder against the examples of RFC 7541, appendix C, and against hostile blocks.
class HpackDecoderTest {

  private static final String LONG_REQUEST =
      "400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572";

  private final HpackDecoder decoder = new HpackDecoder();

  private List<String> decode(String hex) {
    return Hpack.decode(decoder, Hpack.hex(hex));
  }

  @Test
  void singleFieldsAreRead() {
    assertThat(decode(LONG_REQUEST)).containsExactly("custom-key: custom-header");
    assertThat(decoder.tableSize()).isEqualTo(55);
    assertThat(decode("040c 2f73 616d 706c 652f 7061 7468")).containsExactly(":path: /sample/path");
    assertThat(decode("1008 7061 7373 776f 7264 0673 6563 7265 74"))
        .containsExactly("password: secret");
    assertThat(decoder.tableSize()).isEqualTo(55);
    assertThat(decode("82")).containsExactly(":method: GET");
  }

  @Test
  void requestsOfOneConnectionAreRead() {
    requests(
        "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
        "8286 84be 5808 6e6f 2d63 6163 6865",
        "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65");
  }

  @Test
  void requestsInHuffmansCodeAreRead() {
    requests(
        "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
        "8286 84be 5886 a8eb 1064 9cbf",
        "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf");
  }

  private void requests(String first, String second, String third) {
    assertThat(decode(first))
        .containsExactly(
            ":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com");
    assertThat(decoder.tableSize()).isEqualTo(57);
    assertThat(decode(second))
        .containsExactly(
            ":method: GET",
            ":scheme: http",
            ":path: /",
            ":authority: www.example.com",
            "cache-control: no-cache");
    assertThat(decoder.tableSize()).isEqualTo(110);
    assertThat(decode(third))
        .containsExactly(
            ":method: GET",
            ":scheme: https",
            ":path: /index.html",
            ":authority: www.example.com",
            "custom-key: custom-value");
    assertThat(decoder.tableSize()).isEqualTo(164);
  }

  @Test
  void responsesPushTheOldestOut() {
    responses(
        """
        4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133
        2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70
        6c65 2e63 6f6d
        """,
        "4803 3330 37c1 c0bf",
        """
        88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d
        54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049
        5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e
        3d31
        """);
  }

  @Test
  void responsesInHuffmansCodePushTheOldestOut() {
    responses(
        """
        4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6
        2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3
        """,
        "4883 640e ffc1 c0bf",
        """
        88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab
        77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f
        9587 3160 65c0 03ed 4ee5 b106 3d50 07
        """);
  }

  private void responses(String first, String second, String third) {
    decoder.limit(256);
    String date = "date: Mon, 21 Oct 2013 20:13:21 GMT";
    String location = "location: https://www.example.com";
    String cookie = "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1";
    assertThat(decode(first.replace("\n", "")))
        .containsExactly(":status: 302", "cache-control: private", date, location);
    assertThat(decoder.tableSize()).isEqualTo(222);
    assertThat(decode(second))
        .containsExactly(":status: 307", "cache-control: private", date, location);
    assertThat(decoder.tableSize()).isEqualTo(222);
    assertThat(decode(third.replace("\n", "")))
        .containsExactly(
            ":status: 200",
            "cache-control: private",
            date.replace(":21 G", ":22 G"),
            location,
            "content-encoding: gzip",
            cookie);
    assertThat(decoder.tableSize()).isEqualTo(215);
  }

  @Test
  void numbersAreReadUpToTheirLimit() {
    assertThat(decode("1f")).containsExactly("FAULT an end within a number");
    assertThat(decode("ff 80 80 80 80 00")).containsExactly("FAULT a number of more than 28 bits");
    assertThat(decode("ff ff ff ff ff ff ff ff ff ff ff 7f"))
        .containsExactly("FAULT a number of more than 28 bits");
    assertThat(decode("ff ff ff ff 7f")).containsExactly("FAULT index 268435582 in tables of 61");
    // A number may be longer than it needs to be.
    assertThat(decode("04 7f 80 80 80 00 " + "61".repeat(127)))
        .containsExactly(":path: " + "a".repeat(127));
    assertThat(decode("04 7f ff ff ff 7f 61"))
        .containsExactly("FAULT an end within a string of 268435582 bytes");
    assertThat(decode("80")).containsExactly("FAULT an index of 0");
    assertThat(decode("be")).containsExactly("FAULT index 62 in tables of 61");
    assertThat(decode("7e 00")).containsExactly("FAULT index 62 in tables of 61");
  }

  @Test
  void aBlockThatIsCutAnywhereIsAFaultOrEndsAtAField() {
    Random random = new Random(7541);
    for (int round = 0; round < 100; round++) {
      byte[] block = Hpack.encode(Hpack.randomFields(random));
      List<String> whole = Hpack.decode(new HpackDecoder(), block);
      for (int cut = 0; cut < Math.min(block.length, 300); cut++) {
        HpackDecoder cutShort = new HpackDecoder();
        List<String> fields = Hpack.decode(cutShort, Arrays.copyOf(block, cut));
        if (cutShort.fault() != null) {
          assertThat(fields.removeLast()).startsWith("FAULT an end within");
        }
        assertThat(fields).isEqualTo(whole.subList(0, fields.size()));
      }
    }
  }

  @Test
  void anyBytesAtAllEndInFieldsOrAFault() {
    Random random = new Random(7541);
    int faults = 0;
    for (int round = 0; round < 50_000; round++) {
      byte[] block = new byte[random.nextInt(60)];
      random.nextBytes(block);
      HpackDecoder fresh = new HpackDecoder();
      faults += Hpack.fault(fresh, block) == null ? 0 : 1;
      assertThat(fresh.tableSize()).isBetween(0, 4096);
    }
    assertThat(faults).isBetween(25_000, 49_999);
  }

  @Test
  void theTableIsNeverLargerThanAllowed() {
    assertThat(decode("3f e1 1f 82")).as("4096").containsExactly(":method: GET");
    assertThat(decode("3f e2 1f 82"))
        .containsExactly("FAULT a table of 4097 bytes, allowed are 4096");
    decoder.limit(0);
    assertThat(decode("21 82")).containsExactly("FAULT a table of 1 bytes, allowed are 0");
    assertThat(decode("20 82")).containsExactly(":method: GET");
    assertThat(decode("20 20 20 82")).containsExactly(":method: GET");
    assertThat(decode("82 20"))
        .containsExactly(":method: GET", "FAULT a change of the table's size after a field");
  }

  @Test
  void whatIsBeyondALowerLimitIsGone() {
    decode(LONG_REQUEST);
    decoder.limit(54);
    assertThat(decoder.tableSize()).isZero();
    assertThat(decode("be")).containsExactly("FAULT index 62 in tables of 61");
  }

  @Test
  void aFieldLargerThanTheTableEmptiesIt() {
    decode(LONG_REQUEST);
    byte[] large = Hpack.indexing("x", "y".repeat(4096 - 32));
    assertThat(Hpack.decode(decoder, large)).hasSize(1);
    assertThat(decoder.tableSize()).isZero();
    assertThat(Hpack.decode(decoder, Hpack.indexing("x", "y".repeat(4096 - 33)))).hasSize(1);
    assertThat(decoder.tableSize()).isEqualTo(4096);
    assertThat(decode("be")).containsExactly("x: " + "y".repeat(4096 - 33));
    // Its name serves the field that pushes it out.
    assertThat(decode("7e 01 7a be")).containsExactly("x: z", "x: z");
  }

  @Test
  void theTableComesAroundManyTimes() {
    Random random = new Random(7541);
    ArrayDeque<String> expected = new ArrayDeque<>();
    int size = 0;
    for (int round = 0; round < 5_000; round++) {
      String name = "n".repeat(random.nextInt(1, 40));
      String value = Integer.toString(round).repeat(random.nextInt(60));
      assertThat(Hpack.fault(decoder, Hpack.indexing(name, value))).isNull();
      expected.addFirst(name + ": " + value);
      size += name.length() + value.length() + 32;
      while (size > 4096) {
        size -= expected.removeLast().length() + 30;
      }
      assertThat(decoder.tableSize()).isEqualTo(size);
      if (round % 50 == 0) {
        int age = 0;
        for (String field : expected) {
          byte[] reference = Hpack.integer(0x80, 7, 62 + age++);
          assertThat(Hpack.decode(decoder, reference)).containsExactly(field);
        }
      }
    }
  }

  @Test
  void onlyWhatLeavesTheTableAloneMeansTheSameAnywhere() {
    decode("82 0401 2f");
    assertThat(decoder.tableUsed()).isFalse();
    decode("20 82");
    assertThat(decoder.tableUsed()).isTrue();
    decode("3f e1 1f");
    decode(LONG_REQUEST);
    assertThat(decoder.tableUsed()).isTrue();
    decode("82");
    assertThat(decoder.tableUsed()).isFalse();
    decode("be");
    assertThat(decoder.tableUsed()).isTrue();
    decode("0f 2f 01 61");
    assertThat(decoder.tableUsed()).as("a name from the table").isTrue();
  }
}
