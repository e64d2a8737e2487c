package io.crankfire.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// One accepted connection: reads requests, finds the behaviour of each, lets it answer. Confined
/// to its own thread.
final class Connection {
  private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1);
  private static final byte[] BAD_REQUEST =
      "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
          .getBytes(ISO_8859_1);

  /*
   * RequestReader hands out the same Head instance as long as the client sends the same bytes. What follows from a
   * head is therefore found once and kept: the behaviour, the path's counter and, for a constant response, its bytes.
   * A request of that kind is answered without parsing and
   * without building a Request.
   */
  private final Transport transport;
  private final Routes<Behavior> routes;
  private final Gate gate;
  private final Ledger ledger;
  private final IdleTimer idle;
  private final long id;
  private final Request.@Nullable TlsInfo tls;
  private final RequestReader reader;
  private final Wire wire;
  private @Nullable Head knownHead;
  private int knownVersion;
  private Behavior behavior = Script.begin();
  private LongAdder pathCount = new LongAdder();
  private @Nullable ByteBuffer prepared;
  private int number;

  Connection(
      Transport transport,
      Routes<Behavior> routes,
      Gate gate,
      Ledger ledger,
      IdleTimer idle,
      long id,
      Request.@Nullable TlsInfo tls,
      int bodyLimit) {
    this.transport = transport;
    this.routes = routes;
    this.gate = gate;
    this.ledger = ledger;
    this.idle = idle;
    this.id = id;
    this.tls = tls;
    this.reader = new RequestReader(transport, bodyLimit);
    this.wire = new Wire(transport, reader, gate, ledger);
  }

  /// Serves until one side ends the connection. The transport is closed by the caller.
  void serve() throws IOException, InterruptedException {
    try {
      while (serveOne()) {
        // the next one
      }
    } catch (EOFException _) {
      ledger.cutRequest();
    } catch (Violation violation) {
      ledger.violation(violation.text());
      transport.write(BAD_REQUEST, 0, BAD_REQUEST.length);
      transport.halfClose();
      reader.drain();
    }
  }

  @SuppressWarnings("ReferenceEquality") // the reader's promise is about the instance
  private boolean serveOne() throws IOException, Violation, InterruptedException {
    Head head = idle.nextHead(transport, reader);
    if (head == null) {
      return false;
    }
    if (head != knownHead || knownVersion != routes.version()) {
      learn(head);
    }
    RequestReader.Body body = RequestReader.Body.EMPTY;
    boolean sends = head.hasBody() || head.expectsContinue();
    boolean early = sends && behavior.stage() == Behavior.Stage.ON_HEAD;
    if (sends && !early) {
      if (head.expectsContinue()) {
        gate.pass();
        transport.write(CONTINUE, 0, CONTINUE.length);
      }
      body =
          reader.body(head, behavior.stage() == Behavior.Stage.WITH_BODY || ledger.keepsRequests());
    }
    long arrived = System.nanoTime();
    number++;
    ByteBuffer constant = prepared;
    if (constant != null && !ledger.keepsRequests()) {
      ledger.received(pathCount, arrived);
      gate.pass();
      ledger.answered(arrived);
      writeConstant(constant);
      return true;
    }
    Request request = new Request(head, body, arrived, id, number, tls);
    if (ledger.keepsRequests()) {
      ledger.keep(request);
    }
    ledger.received(pathCount, arrived);
    return answer(request, early);
  }

  private void learn(Head head) {
    knownVersion = routes.version();
    knownHead = head;
    String path = head.path();
    behavior = routes.of(path);
    pathCount = ledger.path(path);
    prepared =
        behavior instanceof Response response && head.keepAlive()
            ? response.prepared(head).duplicate()
            : null;
  }

  private void writeConstant(ByteBuffer constant) throws IOException {
    try {
      transport.write(constant);
    } catch (IOException e) {
      ledger.answerFailed();
      ledger.unanswered();
      throw e;
    } finally {
      constant.rewind();
    }
  }

  private boolean answer(Request request, boolean early) throws IOException, InterruptedException {
    wire.begin(request);
    boolean returned = false;
    try {
      gate.pass();
      behavior.answer(request, wire);
      returned = true;
    } finally {
      if (!wire.settle(returned)) {
        ledger.unanswered();
      }
    }
    if (!wire.ended() && (early || !request.head().keepAlive())) {
      if (early) {
        wire.halfClose(true);
      }
      return false;
    }
    return !wire.ended();
  }
}
