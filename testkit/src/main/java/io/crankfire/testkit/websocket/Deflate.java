package io.crankfire.testkit.websocket;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/// permessage-deflate (RFC 7692) of one connection, both directions, by `java.util.zip`. Not
/// thread-safe: one thread inflates, one at a time deflates.
final class Deflate implements AutoCloseable {
  private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};
  private static final int BLOCK = 8192;
  private static final int INVALID_DATA = 1007;
  private static final int TOO_BIG = 1009;

  private final Inflater inflater = new Inflater(true);
  private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
  private final boolean keepsInflating;
  private final boolean keepsDeflating;

  /// @param keepsInflating whether the client's messages share a context
  /// @param keepsDeflating whether the server's messages share a context
  Deflate(boolean keepsInflating, boolean keepsDeflating) {
    this.keepsInflating = keepsInflating;
    this.keepsDeflating = keepsDeflating;
  }

  /// The payload of a message of the client (RFC 7692 §7.2.2).
  byte[] inflate(byte[] compressed, int limit) throws BrokenRule {
    ByteArrayOutputStream out = new ByteArrayOutputStream(compressed.length * 2);
    byte[] block = new byte[BLOCK];
    try {
      for (byte[] input : new byte[][] {compressed, TAIL}) {
        inflater.setInput(input);
        int count = inflater.inflate(block);
        while (count > 0) {
          out.write(block, 0, count);
          if (out.size() > limit) {
            throw new BrokenRule(TOO_BIG, "");
          }
          count = inflater.inflate(block);
        }
        if (inflater.finished()) { // a final block: allowed, and ends the context (§7.2.3.5)
          inflater.reset();
          return out.toByteArray();
        }
      }
    } catch (DataFormatException e) {
      throw new BrokenRule(INVALID_DATA, "compressed data is broken: " + e.getMessage());
    }
    if (!keepsInflating) {
      inflater.reset();
    }
    return out.toByteArray();
  }

  /// The payload of a compressed message of the server (RFC 7692 §7.2.1).
  byte[] deflate(byte[] payload) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(payload.length + 16);
    byte[] block = new byte[BLOCK];
    deflater.setInput(payload);
    int count;
    do {
      count = deflater.deflate(block, 0, block.length, Deflater.SYNC_FLUSH);
      out.write(block, 0, count);
    } while (count == block.length);
    if (!keepsDeflating) {
      deflater.reset();
    }
    byte[] all = out.toByteArray();
    if (all.length <= TAIL.length) { // nothing to say: one empty stored block (§7.2.3.6)
      return new byte[] {0};
    }
    return Arrays.copyOf(all, all.length - TAIL.length);
  }

  @Override
  public void close() {
    inflater.end();
    deflater.end();
  }
}
