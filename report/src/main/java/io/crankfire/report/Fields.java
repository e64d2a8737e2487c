package io.crankfire.report;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// The members of a JSON object that was written by somebody else, each checked when it is asked
/// for.
final class Fields {

  /// A member that is missing or wrong; the message names it.
  static final class Fault extends RuntimeException {
    private static final long serialVersionUID = 1;

    Fault(String message) {
      super(message);
    }
  }

  private final JsonNode node;
  private final String path;

  Fields(JsonNode node, String path) {
    this.node = node;
    this.path = path;
    if (!node.isObject()) {
      throw new Fault((path.isEmpty() ? "the whole" : path) + " is not an object");
    }
  }

  private String path(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  Fault fault(String name, String what) {
    return new Fault(path(name) + " " + what);
  }

  private JsonNode member(String name) {
    JsonNode member = node.get(name);
    if (member == null) {
      throw fault(name, "is missing");
    }
    return member;
  }

  /// Whether there is such a member: those that a version of the format added may be missing.
  boolean has(String name) {
    return node.has(name);
  }

  Fields object(String name) {
    return new Fields(member(name), path(name));
  }

  /// The objects of an array.
  List<Fields> objects(String name) {
    JsonNode array = member(name);
    if (!array.isArray()) {
      throw fault(name, "is not an array");
    }
    List<Fields> objects = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      objects.add(new Fields(array.get(i), path(name) + "[" + i + "]"));
    }
    return objects;
  }

  /// The objects of an array; none if there is no array.
  List<Fields> objectsIfAny(String name) {
    return has(name) ? objects(name) : List.of();
  }

  String text(String name) {
    JsonNode member = member(name);
    if (!member.isString()) {
      throw fault(name, "is not a text");
    }
    return member.stringValue();
  }

  Map<String, String> texts(String name) {
    Fields object = object(name);
    Map<String, String> texts = new LinkedHashMap<>();
    object.node.propertyNames().forEach(key -> texts.put(key, object.text(key)));
    return texts;
  }

  <E extends Enum<E>> E constant(String name, Class<E> type) {
    String text = text(name);
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(text)) {
        return constant;
      }
    }
    throw fault(name, "has an unknown value");
  }

  long number(String name) {
    JsonNode member = member(name);
    if (!member.isIntegralNumber() || !member.canConvertToLong()) {
      throw fault(name, "is not a whole number");
    }
    return member.longValue();
  }

  /// A number from 0.
  long count(String name) {
    long number = number(name);
    if (number < 0) {
      throw fault(name, "is negative");
    }
    return number;
  }

  /// A number from 0; 0 if there is no such member, as in files of older versions.
  long countIfAny(String name) {
    return node.has(name) ? count(name) : 0;
  }

  int smallCount(String name) {
    long number = count(name);
    if (number > Integer.MAX_VALUE) {
      throw fault(name, "is too large");
    }
    return (int) number;
  }

  double decimal(String name) {
    JsonNode member = member(name);
    if (!member.isNumber() || !Double.isFinite(member.doubleValue())) {
      throw fault(name, "is not a number");
    }
    return member.doubleValue();
  }

  /// A number, or `null` for not a number.
  double decimalOrNone(String name) {
    return member(name).isNull() ? Double.NaN : decimal(name);
  }

  boolean truth(String name) {
    JsonNode member = member(name);
    if (!member.isBoolean()) {
      throw fault(name, "is not true or false");
    }
    return member.booleanValue();
  }

  byte[] bytes(String name) {
    try {
      return Base64.getDecoder().decode(text(name));
    } catch (IllegalArgumentException e) {
      throw fault(name, "is not Base64");
    }
  }
}
