package io.crankfire.grpc;

import io.crankfire.http2.FieldSection;
import io.crankfire.template.ByteSink;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What the head or the trailers of a response say to gRPC. Immutable.
///
/// @param httpStatus 0 of trailers
/// @param typed whether the content type is gRPC's
/// @param type the content type, if it is another
/// @param coding how messages may be compressed
/// @param codingName the name of a coding that nobody asked for
/// @param status null if there is none
/// @param message of the status, decoded; empty if there is none
/// @param details of the status, as they were sent (base64); null if there are none
/// @param pushbackNanos how long the server wants a retry to wait; −1 if it does not say, and the
///   largest number if it wants none
record ResponseFields(
    int httpStatus,
    boolean typed,
    @Nullable String type,
    Coding coding,
    @Nullable String codingName,
    @Nullable GrpcStatus status,
    String message,
    @Nullable String details,
    long pushbackNanos) {

  /// How messages may be compressed.
  enum Coding {
    IDENTITY,
    GZIP,
    OTHER
  }

  /// Those of nearly all calls.
  private static final ResponseFields PLAIN_HEAD =
      new ResponseFields(200, true, null, Coding.IDENTITY, null, null, "", null, -1);

  private static final ResponseFields PLAIN_OK =
      new ResponseFields(0, false, null, Coding.IDENTITY, null, GrpcStatus.OK, "", null, -1);

  private static final String CONTENT_TYPE = "content-type";
  private static final String ENCODING = "grpc-encoding";
  private static final String STATUS = "grpc-status";
  private static final String MESSAGE = "grpc-message";
  private static final String DETAILS = "grpc-status-details-bin";
  private static final String PUSHBACK = "grpc-retry-pushback-ms";

  /// What a section says; found once, for as long as the section stays the same.
  static ResponseFields of(FieldSection section) {
    if (section.findings instanceof ResponseFields known) {
      return known;
    }
    ResponseFields found = read(section);
    section.findings = found;
    return found;
  }

  private static ResponseFields read(FieldSection section) {
    String type = section.value(CONTENT_TYPE);
    String coding = section.value(ENCODING);
    String status = section.value(STATUS);
    String message = section.value(MESSAGE);
    String details = section.value(DETAILS);
    String pushback = section.value(PUSHBACK);
    ResponseFields found =
        new ResponseFields(
            section.status(),
            isGrpc(type),
            isGrpc(type) ? null : type,
            coding(coding),
            coding,
            status(status),
            message == null ? "" : decoded(message),
            details,
            pushback(pushback));
    return found.equals(PLAIN_HEAD) ? PLAIN_HEAD : found.equals(PLAIN_OK) ? PLAIN_OK : found;
  }

  /// `application/grpc`, with `+proto` or parameters perhaps.
  private static boolean isGrpc(@Nullable String type) {
    String prefix = "application/grpc";
    return type != null
        && type.regionMatches(true, 0, prefix, 0, prefix.length())
        && (type.length() == prefix.length() || "+; ".indexOf(type.charAt(prefix.length())) >= 0);
  }

  private static Coding coding(@Nullable String name) {
    return name == null || name.equals("identity")
        ? Coding.IDENTITY
        : name.equals("gzip") ? Coding.GZIP : Coding.OTHER;
  }

  private static @Nullable GrpcStatus status(@Nullable String text) {
    if (text == null) {
      return null;
    }
    if (text.isEmpty() || text.length() > 9 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return GrpcStatus.UNKNOWN;
    }
    return GrpcStatus.of(Integer.parseInt(text));
  }

  private static long pushback(@Nullable String text) {
    if (text == null) {
      return -1;
    }
    boolean digits =
        !text.isEmpty() && text.length() <= 9 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits ? Long.parseLong(text) * 1_000_000 : Long.MAX_VALUE;
  }

  /// A text without percent-encoding; what is none of it stays as it is (gRPC over HTTP/2,
  /// "Percent-Encoded").
  static String decoded(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteSink out = new ByteSink(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      int high = bytes[i] == '%' && i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
      int low = high < 0 ? -1 : Character.digit(bytes[i + 2], 16);
      if (low >= 0) {
        out.write(high << 4 | low);
        i += 2;
      } else {
        out.write(bytes[i]);
      }
    }
    return new String(out.array(), 0, out.size(), StandardCharsets.UTF_8);
  }
}
