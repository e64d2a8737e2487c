package io.crankfire.testkit.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crankfire.testkit.Header;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The testkit's own header compression, by the examples of RFC 7541 Appendix C and against itself.
class HpackTest {

  private static List<String> decode(HpackDecoder decoder, String hex) throws BrokenRule {
    byte[] block = HexFormat.of().parseHex(hex.replace(" ", ""));
    return decoder.decode(block).stream().map(f -> f.name() + ": " + f.value()).toList();
  }

  @Test
  void requestsOfAppendixC3AndC4() throws BrokenRule {
    for (List<String> blocks :
        List.of(
            List.of(
                "8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d",
                "8286 84be 5808 6e6f 2d63 6163 6865",
                "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65"),
            List.of(
                "8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff",
                "8286 84be 5886 a8eb 1064 9cbf",
                "8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf"))) {
      HpackDecoder decoder = new HpackDecoder();
      assertThat(decode(decoder, blocks.get(0)))
          .containsExactly(
              ":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com");
      assertThat(decode(decoder, blocks.get(1)))
          .containsExactly(
              ":method: GET",
              ":scheme: http",
              ":path: /",
              ":authority: www.example.com",
              "cache-control: no-cache");
      assertThat(decode(decoder, blocks.get(2)))
          .containsExactly(
              ":method: GET",
              ":scheme: https",
              ":path: /index.html",
              ":authority: www.example.com",
              "custom-key: custom-value");
    }
  }

  @Test
  void responsesOfAppendixC6WithEviction() throws BrokenRule {
    HpackDecoder decoder = new HpackDecoder();
    decoder.allow(256);
    assertThat(
            decode(
                decoder,
                """
                3fe1 01 4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6
                2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3\
                """
                    .replace("\n", "")))
        .containsExactly(
            ":status: 302",
            "cache-control: private",
            "date: Mon, 21 Oct 2013 20:13:21 GMT",
            "location: https://www.example.com");
    assertThat(decode(decoder, "4883 640e ff c1 c0 bf"))
        .containsExactly(
            ":status: 307",
            "cache-control: private",
            "date: Mon, 21 Oct 2013 20:13:21 GMT",
            "location: https://www.example.com");
  }

  @Test
  void whatIsCompressedIsDecompressed() throws BrokenRule {
    Random random = new Random(5);
    HpackEncoder encoder = new HpackEncoder();
    HpackDecoder decoder = new HpackDecoder();
    for (int i = 0; i < 500; i++) {
      if (i % 50 == 49) {
        encoder.limit(random.nextInt(5000));
      }
      List<Header> fields = new ArrayList<>();
      for (int j = random.nextInt(10); j >= 0; j--) {
        StringBuilder value = new StringBuilder();
        for (int k = random.nextInt(300); k > 0; k--) {
          value.append((char) random.nextInt(256));
        }
        fields.add(new Header("name-" + random.nextInt(20), value.toString()));
        fields.add(new Header("name-" + random.nextInt(20), "usual"));
      }
      assertThat(decoder.decode(encoder.encode(fields))).isEqualTo(fields);
    }
  }

  @Test
  void everySpecimenOfBadCompressionIsRefused() {
    for (String hex :
        List.of(
            "80",
            "ff00",
            "ffffffffffffffff7f",
            "ff",
            "0005 6162",
            "0001 61",
            "0001 617f ffff 7f",
            "7f40 0162",
            "3fe1 ff7f",
            "8820",
            "0001 6181 18",
            "0001 6182 1fff",
            "0001 6184 ffff ffff")) {
      assertThatThrownBy(() -> decode(new HpackDecoder(), hex))
          .as(hex)
          .isInstanceOf(BrokenRule.class);
    }
  }
}
