package io.crankfire.testkit.http2;

import java.util.ArrayList;
import java.util.List;

/// Responses whose fields are malformed, or more than anybody wants (RFC 9113 §8.1.1, §8.2, §8.3).
/// Pure.
public final class Http2FieldFaults {
  private static final String TOO_LARGE = "TOO_LARGE";
  private static final int FRAME = 16_384;

  private Http2FieldFaults() {}

  /// All of them.
  public static List<Http2Specimen> all() {
    List<Http2Specimen> all = new ArrayList<>(heads());
    all.addAll(lengths());
    all.addAll(sequences());
    all.addAll(sizes());
    return all;
  }

  private static Http2Specimen head(String name, String... fields) {
    return Http2Faults.broken(name, id -> Frames.headers(id, Frames.block(fields), true));
  }

  private static Http2Specimen with(String name, String field, String value) {
    return head(name, ":status", "200", field, value);
  }

  /// Heads that are none.
  public static List<Http2Specimen> heads() {
    return List.of(
        head("status-missing", "x", "y"),
        head("head-empty"),
        head("status-of-letters", ":status", "2OO"),
        head("status-of-two-digits", ":status", "20"),
        head("status-of-four-digits", ":status", "2000"),
        head("status-below-100", ":status", "099"),
        head("status-empty", ":status", ""),
        head("status-twice", ":status", "200", ":status", "200"),
        head("status-after-fields", "x", "y", ":status", "200"),
        head("status-101", ":status", "101"),
        with("pseudo-of-requests", ":path", "/"),
        with("pseudo-unknown", ":unknown", "x"),
        with("name-upper-case", "X-Upper", "x"),
        with("name-empty", "", "x"),
        with("name-with-blank", "x y", "x"),
        with("name-with-colon", "x:y", "x"),
        with("name-with-nul", "x\0y", "x"),
        with("name-not-ascii", "x\u00e9", "x"),
        with("value-with-nul", "x", "a\0b"),
        with("value-with-cr", "x", "a\rb"),
        with("value-with-lf", "x", "a\nb"),
        with("value-with-crlf", "x", "a\r\nset-cookie: b=c"),
        with("value-with-blank-before", "x", " a"),
        with("value-with-blank-after", "x", "a "),
        with("field-connection", "connection", "keep-alive"),
        with("field-keep-alive", "keep-alive", "timeout=5"),
        with("field-proxy-connection", "proxy-connection", "close"),
        with("field-transfer-encoding", "transfer-encoding", "chunked"),
        with("field-upgrade", "upgrade", "h2c"));
  }

  private static Http2Specimen length(String name, String length, int bytes) {
    byte[] head = Frames.block(":status", "200", "content-length", length);
    return Http2Faults.broken(
        name,
        id ->
            Frames.join(
                Frames.headers(id, head, bytes == 0),
                bytes == 0 ? new byte[0] : Frames.data(id, new byte[bytes], true)));
  }

  /// Bodies that are not as long as they say (§8.1.1).
  public static List<Http2Specimen> lengths() {
    return List.of(
        length("length-too-long", "20", 10),
        length("length-too-short", "5", 10),
        length("length-of-nothing", "5", 0),
        length("length-zero-and-body", "0", 5),
        length("length-negative", "-10", 10),
        length("length-with-plus", "+10", 10),
        length("length-empty", "", 10),
        length("length-in-a-list", "10, 5", 10),
        length("length-overflow", "18446744073709551626", 10),
        length("length-overflow-long", "9".repeat(300), 10));
  }

  /// Heads, bodies and trailers in a wrong order (§8.1).
  public static List<Http2Specimen> sequences() {
    byte[] ok = Frames.block(":status", "200");
    byte[] trailer = Frames.block("x", "y");
    return List.of(
        head("interim-with-end", ":status", "103"),
        Http2Faults.broken(
            "interim-then-data",
            id ->
                Frames.join(
                    Frames.headers(id, Frames.block(":status", "100"), false),
                    Frames.data(id, new byte[3], true))),
        Http2Faults.broken(
            "trailers-without-end",
            id ->
                Frames.join(
                    Frames.headers(id, ok, false),
                    Frames.data(id, new byte[3], false),
                    Frames.headers(id, trailer, false))),
        Http2Faults.broken(
            "trailers-with-status",
            id -> Frames.join(Frames.headers(id, ok, false), Frames.headers(id, ok, true))),
        Http2Faults.broken(
            "trailers-upper-case",
            id ->
                Frames.join(
                    Frames.headers(id, ok, false),
                    Frames.headers(id, Frames.block("X-Upper", "y"), true))));
  }

  /// Fields without measure.
  public static List<Http2Specimen> sizes() {
    List<byte[]> many = new ArrayList<>();
    many.add(Frames.block(":status", "200"));
    for (int i = 0; i < 20_000; i++) {
      many.add(Frames.block("x-many-" + i, "a value of some length, as they are"));
    }
    byte[] manyFields = Frames.join(many.toArray(byte[][]::new));
    byte[] huge = Frames.block(":status", "200", "x-huge", "h".repeat(2 << 20));
    return List.of(
        Http2Specimen.get(
            "fields-of-1-mib", TOO_LARGE, Http2Faults.saying(id -> split(id, manyFields))),
        Http2Specimen.get("field-of-2-mib", TOO_LARGE, Http2Faults.saying(id -> split(id, huge))),
        Http2Specimen.get(
                "fields-unfolding", TOO_LARGE, Http2Faults.saying(id -> split(id, bomb())))
            .or("PROTOCOL_ERROR") /* of a client without a table */);
  }

  /// An entry of the table of 4,000 bytes, and 10,000 references to it of one byte each.
  private static byte[] bomb() {
    byte[] entry = Frames.block("x-bomb", "b".repeat(3_900));
    entry[0] = 0x40; // with indexing, and its name follows
    byte[] references = new byte[10_000];
    java.util.Arrays.fill(references, (byte) 0xbe); // the newest entry
    return Frames.join(Frames.block(":status", "200"), entry, references);
  }

  /// A block in as many frames as it needs.
  static byte[] split(int stream, byte[] block) {
    List<byte[]> frames = new ArrayList<>();
    int type = Frames.HEADERS;
    int flags = Frames.END_STREAM;
    for (int from = 0; from < block.length; from += FRAME) {
      int to = Math.min(block.length, from + FRAME);
      int end = to == block.length ? Frames.END_HEADERS : 0;
      byte[] part = java.util.Arrays.copyOfRange(block, from, to);
      frames.add(Frames.frame(type, flags | end, stream, part));
      type = Frames.CONTINUATION;
      flags = 0;
    }
    return Frames.join(frames.toArray(byte[][]::new));
  }
}
