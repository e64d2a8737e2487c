package io.crankfire.grpc;

import io.crankfire.grpc.message.Base64Bytes;
import io.crankfire.http2.HpackEncoder;
import io.crankfire.template.ByteSink;
import io.crankfire.template.Credential;
import io.crankfire.template.Template;
import io.crankfire.template.Variables;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The head of a call's requests, compressed beforehand as far as it is constant (RFC 7541, without
/// a dynamic table). Immutable; shared by all workers.
final class CallHead {

  private static final String BINARY = "-bin";

  /// A field.
  ///
  /// @param value as it is sent, or would be if it varies
  /// @param template null if it is constant
  record Field(String name, String value, @Nullable Template template) {

    boolean isBinary() {
      return name.endsWith(BINARY);
    }

    /// Whether it proves who we are.
    boolean isSecret() {
      return name.equals("authorization")
          || name.equals("cookie")
          || name.equals("proxy-authorization");
    }
  }

  /// Constant bytes, or a field that varies, or the authority of a target that varies.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Segment(byte[] block, byte[] name, @Nullable Field field) {}

  private static final byte[] NOTHING = {};
  private static final byte[] AUTHORITY = utf8(":authority");

  private final List<Field> fields;
  private final Segment[] segments;
  private final @Nullable Credential credential;
  private final byte[] credentialName;

  /// @param fields in their order, those beginning with a colon first; an `:authority` with an
  ///   empty value is that of the target
  /// @param credential sent last; fields of its name are left out
  CallHead(List<Field> fields, @Nullable Credential credential) {
    this.credential = credential;
    String proof = credential == null ? "" : credential.header().toLowerCase(Locale.ROOT);
    credentialName = utf8(proof);
    this.fields = fields.stream().filter(field -> !field.name().equals(proof)).toList();
    List<Segment> made = new ArrayList<>();
    ByteSink constant = new ByteSink(256);
    for (Field field : this.fields) {
      boolean ofTarget = field.name().equals(":authority") && field.value().isEmpty();
      if (field.template() == null && !ofTarget) {
        HpackEncoder.write(constant, field.name(), field.value(), field.isSecret());
        continue;
      }
      made.add(new Segment(constant.toBytes(), utf8(field.name()), ofTarget ? null : field));
      constant.clear();
    }
    made.add(new Segment(constant.toBytes(), NOTHING, null));
    segments = made.toArray(new Segment[0]);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// Whether it is the same for each call.
  boolean isConstant() {
    return segments.length == 1 && credential == null;
  }

  /// The whole head, if it is constant.
  byte[] constant() {
    return segments[0].block();
  }

  /// What proves who we are, or null.
  @Nullable Credential credential() {
    return credential;
  }

  /// Adds the head but for the credential.
  ///
  /// @param authority of a target that varies
  /// @param scratch for values
  /// @return why it cannot be sent, for a person; null if all went well
  @Nullable String write(ByteSink out, byte[] authority, ByteSink scratch, Variables variables) {
    for (Segment segment : segments) {
      out.write(segment.block);
      Field field = segment.field;
      if (segment.name.length == 0) {
        continue;
      }
      scratch.clear();
      Template template = field == null ? null : field.template();
      if (template == null) {
        scratch.write(authority);
      } else {
        template.write(scratch, variables);
      }
      if (field != null && field.isBinary() && !rewrite(scratch)) {
        return "the value of " + field.name() + " is no base64";
      }
      int from = begin(scratch);
      int to = end(scratch, from);
      if (!isValue(scratch.array(), from, to)) {
        return "the value of "
            + (field == null ? ":authority" : field.name())
            + " has a character that no metadata may have";
      }
      boolean secret = field != null && field.isSecret();
      byte[] name = field == null ? AUTHORITY : segment.name;
      HpackEncoder.write(out, name, 0, name.length, scratch.array(), from, to, secret);
    }
    return null;
  }

  /// Adds the credential.
  void writeCredential(ByteSink out, byte[] secret) {
    HpackEncoder.write(
        out, credentialName, 0, credentialName.length, secret, 0, secret.length, true);
  }

  /// Blanks at the beginning and the end are not sent (gRPC over HTTP/2, "ASCII-Value").
  private static int begin(ByteSink value) {
    int from = 0;
    while (from < value.size() && value.array()[from] == ' ') {
      from++;
    }
    return from;
  }

  private static int end(ByteSink value, int from) {
    int to = value.size();
    while (to > from && value.array()[to - 1] == ' ') {
      to--;
    }
    return to;
  }

  private static boolean isValue(byte[] b, int from, int to) {
    for (int i = from; i < to; i++) {
      if (b[i] < ' ' || b[i] > '~') {
        return false;
      }
    }
    return true;
  }

  /// Whether a text may be a value.
  static boolean isValue(String text) {
    byte[] bytes = utf8(text);
    return isValue(bytes, 0, bytes.length);
  }

  /// Makes base64 of any kind the one that is sent: the usual alphabet without padding.
  private static boolean rewrite(ByteSink value) {
    int length = Base64Bytes.decode(value.array(), 0, value.size());
    if (length < 0) {
      return false;
    }
    byte[] sent =
        Base64.getEncoder().withoutPadding().encode(java.util.Arrays.copyOf(value.array(), length));
    value.clear();
    value.write(sent);
    return true;
  }

  /// The same of a constant; null if it is no base64.
  static @Nullable String binary(String text) {
    ByteSink value = new ByteSink(text.length());
    value.write(utf8(text));
    return rewrite(value)
        ? new String(value.array(), 0, value.size(), StandardCharsets.US_ASCII)
        : null;
  }

  /// The fields with the values of a session, a line each, for people; secrets as `***`.
  String text(String authority, Variables variables) {
    StringBuilder lines = new StringBuilder();
    for (Field field : fields) {
      Template template = field.template();
      String value =
          field.isSecret()
              ? "***"
              : template != null
                  ? template.text(variables)
                  : field.value().isEmpty() && field.name().startsWith(":")
                      ? authority
                      : field.value();
      lines.append(field.name()).append(": ").append(value).append('\n');
    }
    if (credential != null) {
      lines.append(new String(credentialName, StandardCharsets.UTF_8)).append(": ***\n");
    }
    return lines.toString();
  }
}
