package io.crankfire.grpc.message;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Says whether bytes are the encoding of a message, without making anything of them: what every
/// client with generated code finds out when it parses. Immutable; shared by all workers.
public final class WireCheck {

  private static final int MOST_DEPTH = 100;
  private static final int DENSE = 64;

  /// What lies in a field of that number if its wire type is 2: nothing to look at, text, or a
  /// message.
  private final @Nullable Object[] dense = new @Nullable Object[DENSE];

  private final Map<Integer, Object> sparse = new HashMap<>();

  private static final Object TEXT = new Object();

  private WireCheck() {}

  /// Of a type and all types within it.
  public static WireCheck of(Descriptor type) {
    return of(type, new HashMap<>());
  }

  private static WireCheck of(Descriptor type, Map<Descriptor, WireCheck> known) {
    WireCheck there = known.get(type);
    if (there != null) {
      return there;
    }
    WireCheck made = new WireCheck();
    known.put(type, made);
    for (FieldDescriptor field : type.getFields()) {
      Object within =
          switch (field.getType()) {
            case MESSAGE, GROUP -> of(field.getMessageType(), known);
            case STRING -> field.needsUtf8Check() ? TEXT : null;
            default -> null;
          };
      if (within != null && field.getNumber() < DENSE) {
        made.dense[field.getNumber()] = within;
      } else if (within != null) {
        made.sparse.put(field.getNumber(), within);
      }
    }
    return made;
  }

  /// Whether it is: whole fields with tags and lengths that are right, in nested messages, too, and
  /// texts in UTF-8. Fields that the type does not have are allowed.
  public boolean holds(byte[] bytes, int from, int to) {
    return fields(this, bytes, from, to, 0, 0) == to;
  }

  private @Nullable Object within(int number) {
    return number < DENSE ? dense[number] : sparse.isEmpty() ? null : sparse.get(number);
  }

  /// Reads fields up to the end, or to the end of the group.
  ///
  /// @param type null of a group that nobody knows
  /// @param group the number of the group's field; 0 of a message
  /// @return where they end; −1 if they are none
  private static int fields(
      @Nullable WireCheck type, byte[] b, int from, int to, int group, int depth) {
    if (depth > MOST_DEPTH) {
      return -1;
    }
    int at = from;
    while (at < to) {
      long tag = b[at];
      if (tag >= 0) {
        at++;
      } else {
        int end = varintEnd(b, at, to);
        if (end < 0) {
          return -1;
        }
        tag = varint(b, at, end);
        at = end;
      }
      int number = (int) (tag >>> 3);
      if (tag > 0xffff_ffffL || tag < 0 || number == 0) {
        return -1;
      }
      Object within = type == null ? null : type.within(number);
      switch ((int) tag & 7) {
        case Wire.VARINT -> at = varintEnd(b, at, to);
        case Wire.FIXED64 -> at = at + 8 <= to ? at + 8 : -1;
        case Wire.FIXED32 -> at = at + 4 <= to ? at + 4 : -1;
        case Wire.DELIMITED -> at = delimited(within, b, at, to, depth);
        case Wire.GROUP -> {
          WireCheck inner = within instanceof WireCheck known ? known : null;
          at = fields(inner, b, at, to, number, depth + 1);
        }
        case Wire.GROUP_END -> {
          return number == group ? at : -1;
        }
        default -> at = -1;
      }
      if (at < 0) {
        return -1;
      }
    }
    return group == 0 ? at : -1;
  }

  private static int delimited(@Nullable Object within, byte[] b, int from, int to, int depth) {
    int start = varintEnd(b, from, to);
    long length = start < 0 ? -1 : varint(b, from, start);
    if (length < 0 || length > to - start) {
      return -1;
    }
    int end = start + (int) length;
    if (within instanceof WireCheck inner) {
      return fields(inner, b, start, end, 0, depth + 1);
    }
    return within == null || Utf8.isValid(b, start, end) ? end : -1;
  }

  private static int varintEnd(byte[] b, int from, int to) {
    int most = Math.min(to, from + 10);
    for (int at = from; at < most; at++) {
      if (b[at] >= 0) {
        return at + 1;
      }
    }
    return -1;
  }

  private static long varint(byte[] b, int from, int end) {
    long value = 0;
    for (int i = end - 1; i >= from; i--) {
      value = value << 7 | (b[i] & 0x7f);
    }
    return value;
  }
}
