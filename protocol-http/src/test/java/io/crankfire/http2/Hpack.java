package io.crankfire.http2;

import io.crankfire.template.ByteSink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Header blocks for tests. Bytes are shown as characters of ISO 8859-1.
final class Hpack {

  private static final String NAME = "abcdefghijklmnopqrstuvwxyz-0123456789_.";

  private static final List<String> KNOWN =
      List.of("content-type", "server", "date", "x-request-id", "etag", "set-cookie", "vary");

  private Hpack() {}

  static byte[] hex(String... parts) {
    return HexFormat.of().parseHex(String.join("", parts).replace(" ", ""));
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /// The fields of a block, as `name: value`; the last one is the fault, if there is one.
  static List<String> decode(HpackDecoder decoder, byte[] block) {
    List<String> fields = new ArrayList<>();
    ByteSink out = new ByteSink(16);
    decoder.begin(block, 0, block.length);
    while (decoder.next(out)) {
      fields.add(text(out.toBytes()));
      out.clear();
    }
    if (decoder.fault() != null) {
      fields.add("FAULT " + decoder.fault());
    }
    return fields;
  }

  static @Nullable String fault(HpackDecoder decoder, byte[] block) {
    decode(decoder, block);
    return decoder.fault();
  }

  /// Our encoding of fields.
  static byte[] encode(List<Map.Entry<String, String>> fields) {
    ByteSink out = new ByteSink(16);
    for (Map.Entry<String, String> field : fields) {
      byte[] name = bytes(field.getKey());
      byte[] value = bytes(field.getValue());
      boolean secret = field.getKey().startsWith("s");
      HpackEncoder.write(out, name, 0, name.length, value, 0, value.length, secret);
    }
    return out.toBytes();
  }

  static byte[] encode(String... namesAndValues) {
    List<Map.Entry<String, String>> fields = new ArrayList<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.add(Map.entry(namesAndValues[i], namesAndValues[i + 1]));
    }
    return encode(fields);
  }

  /// A string without Huffman's code.
  static byte[] plain(String text) {
    ByteSink out = new ByteSink(16);
    out.write(integer(0, 7, text.length()));
    out.write(bytes(text));
    return out.toBytes();
  }

  /// An integer (RFC 7541 §5.1).
  static byte[] integer(int pattern, int prefix, int value) {
    ByteSink out = new ByteSink(16);
    int mask = (1 << prefix) - 1;
    out.write(pattern | Math.min(value, mask));
    if (value >= mask) {
      int rest = value - mask;
      for (; rest >= 128; rest /= 128) {
        out.write(rest % 128 + 128);
      }
      out.write(rest);
    }
    return out.toBytes();
  }

  /// A literal field with a new name, that goes into the table.
  static byte[] indexing(String name, String value) {
    return join(new byte[] {0x40}, plain(name), plain(value));
  }

  static byte[] join(byte[]... parts) {
    ByteSink out = new ByteSink(16);
    for (byte[] part : parts) {
      out.write(part);
    }
    return out.toBytes();
  }

  /// Fields of a response as they may come, without `:status`.
  static List<Map.Entry<String, String>> randomFields(Random random) {
    List<Map.Entry<String, String>> fields = new ArrayList<>();
    for (int i = random.nextInt(12); i > 0; i--) {
      StringBuilder name = new StringBuilder();
      if (random.nextBoolean()) {
        name.append(KNOWN.get(random.nextInt(KNOWN.size())));
      } else {
        name.append("x");
        for (int n = random.nextInt(30); n > 0; n--) {
          name.append(NAME.charAt(random.nextInt(NAME.length())));
        }
      }
      StringBuilder value = new StringBuilder();
      int length = random.nextInt(20) == 0 ? random.nextInt(3000) : random.nextInt(40);
      boolean any = random.nextInt(4) == 0;
      for (int n = 0; n < length; n++) {
        value.append((char) (any ? '!' + random.nextInt(94) : '0' + random.nextInt(10)));
      }
      fields.add(Map.entry(name.toString(), value.toString()));
    }
    return fields;
  }
}
