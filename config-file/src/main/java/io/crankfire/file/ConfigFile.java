package io.crankfire.file;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Overlay;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.config.Spelling;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A configuration file that has been read, and can be asked for its settings with or without one
/// of its profiles.
///
/// The name's end says what it is: `.yaml`, `.yml`, `.json`, `.toml`. Whatever is wrong is a
/// problem with its place; nothing is thrown.
public final class ConfigFile {

  /// Bytes a file may have.
  static final int MOST_BYTES = 4 << 20;

  /// Bytes a TOML file may have: reading it costs some microseconds for each.
  static final int MOST_TOML_BYTES = 256 << 10;

  private static final String PROFILES = "profiles";

  private final String name;
  private final Raw.Table root;

  private ConfigFile(String name, Raw.Table root) {
    this.name = name;
    this.root = root;
  }

  /// Reads a file.
  ///
  /// @param name its path
  /// @param problems takes what keeps it from being read, syntax included
  /// @return the file, or null if it cannot be read
  public static @Nullable ConfigFile read(String name, Problems problems) {
    try {
      String extension = extension(name);
      boolean toml = extension.equals("toml");
      Source source = new Source(name, text(name, toml ? MOST_TOML_BYTES : MOST_BYTES));
      Raw root =
          switch (extension) {
            case "yaml", "yml" -> YamlReader.read(source);
            case "json" -> JsonReader.read(source);
            default -> TomlReader.read(source, problems);
          };
      if (root == null) {
        return null;
      }
      if (root instanceof Raw.Leaf leaf && leaf.kind() == ConfigNode.Kind.NULL) {
        root = new Raw.Table(List.of(), leaf.position());
      }
      if (root instanceof Raw.Table table) {
        return new ConfigFile(name, table);
      }
      problems.add(root.position(), "a configuration is keys and values, such as target: URL");
    } catch (Unreadable e) {
      problems.add(e.position(), e.words());
    }
    return null;
  }

  /// The names of its profiles.
  public List<String> profiles() {
    List<String> names = new ArrayList<>();
    for (Raw.Entry entry : root.entries()) {
      if (isProfiles(entry) && entry.value() instanceof Raw.Table table) {
        for (Raw.Entry profile : table.entries()) {
          names.add(profile.key());
        }
      }
    }
    return names;
  }

  /// Its settings. Environment variables of profiles that were not asked for need no value.
  ///
  /// @param profile whose settings are laid over the others; null for none
  /// @param asked where the profile was asked for
  /// @param variables an environment variable's value by its name, or null
  /// @param problems takes all that is wrong
  /// @return the settings, without those that are wrong
  public ConfigNode.Mapping settings(
      @Nullable String profile,
      Position asked,
      UnaryOperator<@Nullable String> variables,
      Problems problems) {
    Resolving resolving = new Resolving(new Environment(variables, problems), problems);
    try {
      List<Raw.Entry> common = new ArrayList<>(root.entries());
      common.removeIf(ConfigFile::isProfiles);
      ConfigNode.Mapping settings = resolving.mapping(new Raw.Table(common, root.position()));
      Raw.Table chosen = chosen(profile, asked, problems);
      return chosen == null ? settings : Overlay.lay(settings, resolving.mapping(chosen));
    } catch (Unreadable e) {
      problems.add(e.position(), e.words());
      return new ConfigNode.Mapping(java.util.Map.of(), root.position());
    }
  }

  private Raw.@Nullable Table chosen(@Nullable String profile, Position asked, Problems problems) {
    Raw.Table chosen = null;
    for (Raw.Entry entry : root.entries()) {
      if (!isProfiles(entry)) {
        continue;
      }
      if (!(entry.value() instanceof Raw.Table table)) {
        problems.add(entry.position(), "profiles are names, each with settings of its own");
        continue;
      }
      for (Raw.Entry each : table.entries()) {
        if (!(each.value() instanceof Raw.Table settings)) {
          problems.add(each.position(), "a profile is keys and values, as at the top of the file");
        } else if (each.key().equals(profile)) {
          chosen = settings;
        }
      }
    }
    if (profile != null && chosen == null && !profiles().contains(profile)) {
      List<String> known = profiles();
      problems.add(
          asked,
          known.isEmpty()
              ? "%s has no profiles".formatted(name)
              : "%s has no profile \"%s\"%s; there is %s"
                  .formatted(
                      name, profile, Spelling.hint(profile, known), String.join(", ", known)));
    }
    return chosen;
  }

  private static boolean isProfiles(Raw.Entry entry) {
    return entry.key().toLowerCase(Locale.ROOT).equals(PROFILES);
  }

  private static String extension(String name) throws Unreadable {
    String file = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
    int dot = file.lastIndexOf('.');
    String extension = dot < 0 ? "" : file.substring(dot + 1).toLowerCase(Locale.ROOT);
    return switch (extension) {
      case "yaml", "yml", "json", "toml" -> extension;
      default ->
          throw new Unreadable(
              whole(name),
              "what it is cannot be told from its name: it ends with .yaml, .yml, .json or .toml");
    };
  }

  /// The place of what is about a file as a whole.
  private static Position whole(String name) {
    return new Position(name, 0, 0, null);
  }

  private static String text(String name, int most) throws Unreadable {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(Path.of(name))) {
      bytes = in.readNBytes(most + 1);
    } catch (IOException | InvalidPathException e) {
      throw new Unreadable(whole(name), "cannot be read: " + reason(e));
    }
    if (bytes.length > most) {
      throw new Unreadable(
          whole(name),
          "is larger than %d KiB: large bodies and data belong into files of their own"
              .formatted(most >> 10));
    }
    boolean marked =
        bytes.length >= 3
            && bytes[0] == (byte) 0xEF
            && bytes[1] == (byte) 0xBB
            && bytes[2] == (byte) 0xBF;
    return decoded(
        name, marked ? ByteBuffer.wrap(bytes, 3, bytes.length - 3) : ByteBuffer.wrap(bytes));
  }

  private static String reason(Exception e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such file";
    }
    return e instanceof AccessDeniedException
        ? "permission denied"
        : String.valueOf(e.getMessage());
  }

  private static String decoded(String name, ByteBuffer bytes) throws Unreadable {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    CharBuffer text = CharBuffer.allocate(bytes.remaining() + 1);
    CoderResult result = decoder.decode(bytes, text, true);
    text.flip();
    if (!result.isError()) {
      return text.toString();
    }
    String before = text.toString();
    int lineStart = before.lastIndexOf('\n') + 1;
    int line = (int) before.chars().filter(c -> c == '\n').count();
    int column = before.codePointCount(lineStart, before.length());
    throw new Unreadable(
        new Position(name, line + 1, column + 1, before.substring(lineStart)),
        "here is a byte that is not UTF-8: save the file as UTF-8");
  }
}
