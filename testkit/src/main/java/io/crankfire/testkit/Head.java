package io.crankfire.testkit;

import java.util.List;
import java.util.Objects;

/// A request's line and headers, checked. `length` is the announced body length, 0 when none is
/// announced.
record Head(
    String raw,
    String method,
    String target,
    String version,
    List<Header> headers,
    long length,
    boolean chunked,
    boolean expectsContinue,
    boolean keepAlive) {

  Head {
    Objects.requireNonNull(raw, "raw");
    headers = List.copyOf(headers);
  }

  boolean hasBody() {
    return chunked || length > 0;
  }

  boolean isHead() {
    return method.equals("HEAD");
  }

  boolean isHttp10() {
    return version.equals("HTTP/1.0");
  }

  /// The target's path: without scheme, authority and query.
  String path() {
    int from = 0;
    if (!target.startsWith("/")) {
      int authority = target.indexOf("://");
      if (authority < 0) {
        return target;
      }
      from = target.indexOf('/', authority + 3);
      if (from < 0) {
        return "/";
      }
    }
    int query = target.indexOf('?', from);
    return query < 0 ? target.substring(from) : target.substring(from, query);
  }
}
