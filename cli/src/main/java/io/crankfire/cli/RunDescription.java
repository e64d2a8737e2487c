package io.crankfire.cli;

import io.crankfire.net.Clock;
import io.crankfire.plan.Call;
import io.crankfire.plan.LoadPlan;
import io.crankfire.result.RunResult.RunInfo;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// What a report says about its run: settings and machine. Secrets are masked, because reports are
/// passed on.
final class RunDescription {
  private RunDescription() {}

  private static final String MASK = "***";

  private static final List<String> SECRET_WORDS =
      List.of("auth", "cookie", "token", "secret", "password", "credential", "session", "key");

  /// How many targets are listed.
  private static final int TARGETS = 3;

  static RunInfo of(Given given, LoadPlan plan) {
    Map<String, String> settings = new LinkedHashMap<>();
    String target = "";
    for (Given.Value value : given.values()) {
      String text = shown(value);
      if (value.flag().name().equals("--target")) {
        target = text;
      }
      settings.merge(value.flag().name().substring(2), text, (a, b) -> a + "; " + b);
    }
    return new RunInfo(
        Version.number(),
        target.isEmpty() ? targets(plan.calls()) : target,
        Clock.wallTime(),
        plan.seed(),
        settings,
        environment());
  }

  /// The hosts that endpoints go to, in the order of these: of a run that names no target.
  private static String targets(List<Call> calls) {
    Set<String> targets = new LinkedHashSet<>();
    for (Call call : calls) {
      // One that only rendering can tell has a host that cannot be (RFC 6761 §6.4).
      boolean known = !call.target().host().endsWith(".invalid");
      targets.add(known ? call.target().toString() : call.name());
    }
    String listed = String.join(", ", targets.stream().limit(TARGETS).toList());
    return targets.size() <= TARGETS
        ? listed
        : "%s and %d more".formatted(listed, targets.size() - TARGETS);
  }

  private static Map<String, String> environment() {
    Map<String, String> machine = new LinkedHashMap<>();
    machine.put("java", Runtime.version().toString());
    machine.put(
        "os",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"));
    machine.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
    return machine;
  }

  private static String shown(Given.Value value) {
    String text = value.text();
    return switch (value.flag().name()) {
      case Flags.HEADER -> maskedHeader(text);
      case Flags.BODY -> text.length() + " characters";
      case "--target", "--proxy" -> maskedUrl(text.strip());
      default -> text;
    };
  }

  private static String maskedHeader(String text) {
    String header = text.strip();
    int sign = 0;
    while (sign < header.length() && header.charAt(sign) != '=' && header.charAt(sign) != ':') {
      sign++;
    }
    String name = header.substring(0, sign).strip();
    boolean secret = isSecret(name);
    return name
        + ": "
        + (secret ? MASK : header.substring(Math.min(sign + 1, header.length())).strip());
  }

  /// Whether the value of a header is to be hidden.
  static boolean isSecret(String header) {
    String lower = header.toLowerCase(Locale.ROOT);
    return SECRET_WORDS.stream().anyMatch(lower::contains);
  }

  /// Without user and password.
  private static String maskedUrl(String url) {
    int start = url.indexOf("://");
    int from = start < 0 ? 0 : start + 3;
    int end = from;
    while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
      end++;
    }
    int at = url.lastIndexOf('@', end - 1);
    return at < from ? url : url.substring(0, from) + MASK + url.substring(at);
  }
}
