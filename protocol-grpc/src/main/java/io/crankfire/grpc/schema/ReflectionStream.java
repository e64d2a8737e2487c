package io.crankfire.grpc.schema;

import io.crankfire.http2.FieldSection;
import io.crankfire.http2.Http2Stream;
import io.crankfire.metrics.Outcome;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// A conversation with a server's reflection: questions and answers in turn. Confined to the thread
/// that asks, which is that of its loop.
final class ReflectionStream extends Http2Stream {

  /// No answer is larger, in bytes: it holds a file and all that it imports.
  static final int MOST_BYTES = 64 << 20;

  private static final int PREFIX = 5;

  private final byte[] head;
  private final ArrayDeque<byte[]> answers = new ArrayDeque<>();
  private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
  private byte[] question;
  private @Nullable Outcome failure;
  private String detail = "";
  private int status = -1;
  private String message = "";
  private int needed = PREFIX;
  private boolean over;
  private boolean answered;

  /// @param head the fields of the request
  /// @param question the first one
  ReflectionStream(byte[] head, byte[] question) {
    this.head = head;
    this.question = question;
  }

  /// The next answer, without its prefix; null if it is not here.
  byte @Nullable [] take() {
    return answers.poll();
  }

  /// Whether nothing more comes.
  boolean over() {
    return over;
  }

  /// Whether any answer came.
  boolean answered() {
    return answered;
  }

  /// The status of gRPC with which it ended; -1 if there was none.
  int status() {
    return status;
  }

  /// What the server said to the status.
  String message() {
    return message;
  }

  /// Why it failed; null if it ended with a status.
  @Nullable Outcome failure() {
    return failure;
  }

  /// What happened.
  String detail() {
    return detail;
  }

  /// Asks the next question of a conversation that is not over.
  void ask(byte[] next) {
    question = next;
    write(next, 0, next.length, false);
  }

  @Override
  protected void begin() {
    writeHead(head, 0, head.length, false);
    write(question, 0, question.length, false);
  }

  @Override
  protected void head(FieldSection fields) {
    status(fields);
    String type = fields.value("content-type");
    if (status < 0 && fields.status() != 200) {
      fail("it answers HTTP %d: no gRPC is spoken there".formatted(fields.status()));
    } else if (status < 0 && (type == null || !type.startsWith("application/grpc"))) {
      fail("it answers with the type %s: no gRPC is spoken there".formatted(type));
    }
  }

  private void fail(String why) {
    if (failure == null) {
      failure = Outcome.PROTOCOL_ERROR;
      detail = why;
    }
  }

  private void status(FieldSection fields) {
    String text = fields.value("grpc-status");
    if (text != null) {
      status = text.strip().matches("\\d{1,3}") ? Integer.parseInt(text.strip()) : 2;
      String said = fields.value("grpc-message");
      message = said == null ? "" : unescaped(said);
    }
  }

  /// Undoes the percent-encoding of messages; what is no escape stays (gRPC over HTTP/2,
  /// "Status-Message").
  private static String unescaped(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%'
          && i + 2 < text.length()
          && Character.digit(text.charAt(i + 1), 16) >= 0
          && Character.digit(text.charAt(i + 2), 16) >= 0) {
        bytes.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toString(StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", " ");
  }

  @Override
  protected void data(byte[] bytes, int from, int to) {
    if (failure != null) {
      return;
    }
    partial.write(bytes, from, to - from);
    if (partial.size() >= needed) {
      cut();
    }
  }

  /// Takes whole answers out of what has come.
  private void cut() {
    byte[] all = partial.toByteArray();
    int at = 0;
    while (all.length - at >= PREFIX) {
      long length =
          ((all[at + 1] & 0xFFL) << 24)
              | ((all[at + 2] & 0xFFL) << 16)
              | ((all[at + 3] & 0xFFL) << 8)
              | (all[at + 4] & 0xFFL);
      if (all[at] != 0) {
        fail("its answer is compressed, which was not asked for");
        return;
      }
      if (length > MOST_BYTES) {
        fail("its answer has %d bytes, more than %d".formatted(length, MOST_BYTES));
        return;
      }
      needed = PREFIX + (int) length;
      if (all.length - at < needed) {
        break;
      }
      answers.add(java.util.Arrays.copyOfRange(all, at + PREFIX, at + PREFIX + (int) length));
      answered = true;
      at += needed;
      needed = PREFIX;
    }
    partial.reset();
    partial.write(all, at, all.length - at);
  }

  @Override
  protected void trailers(FieldSection fields) {
    status(fields);
  }

  @Override
  protected void ended() {
    over = true;
    if (status < 0) {
      fail("it ends without a status of gRPC");
    }
  }

  @Override
  protected void failed(Outcome outcome, String why) {
    over = true;
    if (failure == null) {
      failure = outcome;
      detail = why;
    }
  }
}
