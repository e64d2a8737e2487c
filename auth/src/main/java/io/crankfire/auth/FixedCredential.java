package io.crankfire.auth;

import io.crankfire.template.Credential;
import java.nio.charset.StandardCharsets;

/// A credential that the configuration gives and nothing renews. Immutable.
final class FixedCredential implements Credential {

  private final String header;
  private final byte[] value;

  FixedCredential(String header, String value) {
    this.header = header;
    this.value = value.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String header() {
    return header;
  }

  @Override
  public void obtain() {}

  @Override
  public byte[] value() {
    return value;
  }

  @Override
  public boolean refused(byte[] refused, Runnable renewed) {
    return false;
  }

  @Override
  public void close() {}
}
