package io.crankfire.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.crankfire.testkit.tls.TlsSetup;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// Turns an accepted socket into an encrypted transport, or fails in the way that was asked for.
final class Handshake {
  /// Fatal (2) alert handshake_failure (40) in a TLS 1.2 record (RFC 8446 §6).
  private static final byte[] FAILURE_ALERT = {0x15, 3, 3, 0, 2, 2, 40};

  private static final byte[] PLAIN_ANSWER =
      "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
          .getBytes(ISO_8859_1);
  private static final byte[] GARBAGE =
      "\u0016\u0003\u0003\u0000\u0004zzzz nothing of this is TLS".getBytes(ISO_8859_1);

  private Handshake() {}

  /// What a handshake came to.
  record Result(Transport.Encrypted transport, Request.TlsInfo info) {}

  /// Null when it failed, on purpose or because of the client; the channel is the caller's to
  /// close.
  static @Nullable Result perform(SocketChannel channel, TlsSetup setup) throws IOException {
    if (setup.fault() != TlsSetup.HandshakeFault.NONE) {
      fail(channel, setup.fault());
      return null;
    }
    Socket plain = channel.socket();
    SSLSocket socket =
        (SSLSocket)
            setup
                .context()
                .getSocketFactory()
                .createSocket(
                    plain, plain.getInetAddress().getHostAddress(), plain.getPort(), true);
    socket.setUseClientMode(false);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setNeedClientAuth(setup.clientCertificate());
    if (!setup.protocols().isEmpty()) {
      parameters.setProtocols(setup.protocols().toArray(String[]::new));
    }
    parameters.setApplicationProtocols(setup.alpn().toArray(String[]::new));
    socket.setSSLParameters(parameters);
    try {
      socket.startHandshake();
    } catch (SSLException _) {
      return null;
    }
    Transport.Encrypted transport =
        new Transport.Encrypted(
            channel,
            socket,
            socket.getInputStream(),
            socket.getOutputStream(),
            setup.closeNotify());
    return new Result(transport, info(socket));
  }

  private static Request.TlsInfo info(SSLSocket socket) {
    SSLSession session = socket.getSession();
    String serverName = "";
    if (session instanceof ExtendedSSLSession extended) {
      List<SNIServerName> names = extended.getRequestedServerNames();
      if (!names.isEmpty()) {
        serverName = new String(names.getFirst().getEncoded(), ISO_8859_1);
      }
    }
    String client;
    try {
      client = session.getPeerPrincipal().getName();
    } catch (SSLPeerUnverifiedException _) {
      client = "";
    }
    String alpn = socket.getApplicationProtocol();
    return new Request.TlsInfo(
        session.getProtocol(),
        session.getCipherSuite(),
        serverName,
        alpn == null ? "" : alpn,
        client);
  }

  private static void fail(SocketChannel channel, TlsSetup.HandshakeFault fault)
      throws IOException {
    Transport.Plain transport = new Transport.Plain(channel);
    readHello(transport);
    switch (fault) {
      case NONE -> throw new SSLHandshakeException("no fault to make");
      case ALERT -> finish(transport, FAILURE_ALERT);
      case PLAIN_TEXT -> finish(transport, PLAIN_ANSWER);
      case GARBAGE -> finish(transport, GARBAGE);
      case STALL -> drain(transport);
      case CLOSE -> transport.close();
      case RESET -> transport.reset();
    }
  }

  private static void finish(Transport.Plain transport, byte[] answer) throws IOException {
    transport.write(answer, 0, answer.length);
    transport.halfClose();
    drain(transport);
  }

  private static void drain(Transport.Plain transport) throws IOException {
    byte[] some = new byte[512];
    while (transport.read(some, 0, some.length) > 0) {
      // forgotten
    }
  }

  private static void readHello(Transport.Plain transport) throws IOException {
    byte[] header = new byte[5];
    readFully(transport, header);
    readFully(transport, new byte[(header[3] & 0xff) << 8 | (header[4] & 0xff)]);
  }

  private static void readFully(Transport.Plain transport, byte[] into) throws IOException {
    int at = 0;
    while (at < into.length) {
      int count = transport.read(into, at, into.length - at);
      if (count < 0) {
        throw new EOFException("client left within its hello");
      }
      at += count;
    }
  }
}
