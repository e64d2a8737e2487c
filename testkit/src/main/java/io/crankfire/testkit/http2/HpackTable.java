package io.crankfire.testkit.http2;

import io.crankfire.testkit.Header;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The static and the dynamic table of one direction of a connection (RFC 7541 §2.3). Confined to
/// one thread at a time.
final class HpackTable {
  static final int DEFAULT_SIZE = 4096;

  /// What an entry costs besides its characters (§4.1).
  private static final int OVERHEAD = 32;

  private static final String STATIC =
      """
      :authority
      :method GET
      :method POST
      :path /
      :path /index.html
      :scheme http
      :scheme https
      :status 200
      :status 204
      :status 206
      :status 304
      :status 400
      :status 404
      :status 500
      accept-charset
      accept-encoding gzip, deflate
      accept-language
      accept-ranges
      accept
      access-control-allow-origin
      age
      allow
      authorization
      cache-control
      content-disposition
      content-encoding
      content-language
      content-length
      content-location
      content-range
      content-type
      cookie
      date
      etag
      expect
      expires
      from
      host
      if-match
      if-modified-since
      if-none-match
      if-range
      if-unmodified-since
      last-modified
      link
      location
      max-forwards
      proxy-authenticate
      proxy-authorization
      range
      referer
      refresh
      retry-after
      server
      set-cookie
      strict-transport-security
      transfer-encoding
      user-agent
      vary
      via
      www-authenticate
      """;
  private static final List<Header> FIXED = STATIC.lines().map(HpackTable::fixed).toList();

  private final ArrayDeque<Header> entries = new ArrayDeque<>();
  private int limit = DEFAULT_SIZE;
  private int size;

  private static Header fixed(String line) {
    int blank = line.indexOf(' ');
    return blank < 0
        ? new Header(line, "")
        : new Header(line.substring(0, blank), line.substring(blank + 1));
  }

  /// The entry of an index from 1; null if there is none.
  @Nullable Header at(int index) {
    if (index <= 0 || index > FIXED.size() + entries.size()) {
      return null;
    }
    if (index <= FIXED.size()) {
      return FIXED.get(index - 1);
    }
    int skip = index - FIXED.size() - 1;
    for (Header entry : entries) {
      if (skip == 0) {
        return entry;
      }
      skip--;
    }
    return null;
  }

  /// The index of a field; minus that of its name, if the value is another; 0 if there is neither.
  int find(Header field) {
    int named = 0;
    int index = 0;
    for (Iterable<Header> part : List.<Iterable<Header>>of(FIXED, entries)) {
      for (Header entry : part) {
        index++;
        if (entry.name().equals(field.name())) {
          if (entry.value().equals(field.value())) {
            return index;
          }
          named = named == 0 ? -index : named;
        }
      }
    }
    return named;
  }

  /// Adds an entry; what has no room any more goes, the oldest first, and an entry larger than the
  /// table empties it (§4.4).
  void add(Header field) {
    size += cost(field);
    entries.addFirst(field);
    evict();
  }

  /// Changes how large it may be.
  void limit(int newLimit) {
    limit = newLimit;
    evict();
  }

  int limit() {
    return limit;
  }

  private void evict() {
    while (size > limit) {
      size -= cost(entries.removeLast());
    }
  }

  private static int cost(Header field) {
    return field.name().length() + field.value().length() + OVERHEAD;
  }
}
