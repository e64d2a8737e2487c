package io.crankfire.testkit.http2;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.crankfire.testkit.Header;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A well-formed constant response to the whole request, and the behaviour of giving it. Immutable.
public final class Http2Response implements Http2Behavior {
  private static final int LARGEST_FRAME = 16_384;

  private final int status;
  private final List<Header> fields;
  private final byte[] body;
  private final int frameBytes;
  private final List<Header> trailers;

  private Http2Response(
      int status, List<Header> fields, byte[] body, int frameBytes, List<Header> trailers) {
    this.status = status;
    this.fields = List.copyOf(fields);
    this.body = body;
    this.frameBytes = frameBytes;
    this.trailers = List.copyOf(trailers);
  }

  /// A response without a body.
  public static Http2Response status(int status) {
    return new Http2Response(status, List.of(), new byte[0], LARGEST_FRAME, List.of());
  }

  /// `200` with a UTF-8 text and its length.
  public static Http2Response text(String text) {
    return bytes(text.getBytes(UTF_8)).with("content-type", "text/plain; charset=utf-8");
  }

  /// `200` with a body of zeros.
  public static Http2Response zeros(int count) {
    return bytes(new byte[count]);
  }

  /// `200` with a body and its length.
  public static Http2Response bytes(byte[] body) {
    return new Http2Response(
        200,
        List.of(new Header("content-length", Integer.toString(body.length))),
        body.clone(),
        LARGEST_FRAME,
        List.of());
  }

  /// The body in frames of so many bytes.
  public Http2Response inFrames(int bytes) {
    return new Http2Response(status, fields, body, bytes, trailers);
  }

  /// One field more.
  public Http2Response with(String name, String value) {
    return new Http2Response(
        status, plus(fields, new Header(name, value)), body, frameBytes, trailers);
  }

  /// One trailer more.
  public Http2Response trailer(String name, String value) {
    return new Http2Response(
        status, fields, body, frameBytes, plus(trailers, new Header(name, value)));
  }

  private static List<Header> plus(List<Header> fields, Header field) {
    List<Header> more = new ArrayList<>(fields);
    more.add(field);
    return more;
  }

  @Override
  public void answer(Http2Request request, Http2Wire wire)
      throws IOException, InterruptedException {
    wire.awaitRequest();
    boolean bare = body.length == 0 || request.method().equals("HEAD");
    if (bare && trailers.isEmpty()) {
      wire.head(status, fields, true);
      return;
    }
    wire.head(status, fields, false);
    if (!bare) {
      wire.data(body, frameBytes, trailers.isEmpty());
    }
    if (!trailers.isEmpty()) {
      wire.trailers(trailers);
    }
  }
}
