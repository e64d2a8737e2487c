package io.crankfire.bind;

import io.crankfire.config.Key;
import io.crankfire.config.Section;

/// The keys of a recording that stands for endpoints and scenarios. They are replaced by these
/// before the configuration is bound.
public final class HarKeys {
  private HarKeys() {}

  /// How many times faster a recording is replayed.
  public static final Key SPEED =
      Key.number("har_speed", "1", "with har_replay: how many times faster; above 0");

  /// Of the whole run.
  public static final Section HAR =
      Section.of(
          "har",
          "Requests of a recording",
          Key.text("har_file", "a HAR file whose requests are sent"),
          Key.text("har_filter", "which of them: host:api.example.com;method:GET"),
          Key.flag("har_keep_static", false, "scripts, styles, pictures and fonts, too"),
          Key.flag("har_keep_credentials", false, "cookies, tokens and keys, too"),
          Key.flag("har_replay", false, "in the recorded order, with its think times"),
          SPEED);
}
