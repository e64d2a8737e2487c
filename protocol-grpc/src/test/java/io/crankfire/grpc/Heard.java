package io.crankfire.grpc;

import io.crankfire.template.Check;
import io.crankfire.template.Conduct;
import io.crankfire.template.Credential;
import io.crankfire.template.Names;
import io.crankfire.template.Response;
import io.crankfire.template.Retry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Keeps what checks see of the last response. Confined to one thread.
final class Heard implements Check {

  final Names names = new Names();
  final Conduct conduct;
  String body = "";
  int status = -1;
  @Nullable String header;
  private final String headerName;

  Heard() {
    this("content-type", null);
  }

  /// @param header whose value is kept
  Heard(String header, @Nullable Credential credential) {
    headerName = header;
    conduct = new Conduct(List.of(), List.of(this), Retry.NONE, credential, 1 << 20);
  }

  @Override
  public String name() {
    return "heard";
  }

  @Override
  public boolean needsBody() {
    return true;
  }

  @Override
  public boolean holds(Response response) {
    body = new String(response.body(), 0, response.bodyLength(), StandardCharsets.UTF_8);
    status = response.status();
    header = response.header(headerName);
    return true;
  }
}
