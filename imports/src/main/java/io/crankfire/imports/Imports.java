package io.crankfire.imports;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Makes a configuration of what another tool has written.
public final class Imports {
  private Imports() {}

  /// What can be imported.
  public enum Kind {
    /// curl commands, as in a shell.
    CURL,
    /// An OpenAPI description, 3.0 or 3.1, JSON or YAML.
    OPENAPI,
    /// A Postman collection, v2.0 or v2.1.
    POSTMAN,
    /// A HAR file.
    HAR;

    /// What it is called on the command line.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// The names of all, as on the command line.
    public static List<String> words() {
      return java.util.Arrays.stream(values()).map(Kind::word).toList();
    }
  }

  /// Makes a configuration. Credentials become references to the environment.
  ///
  /// @param kind what the bytes are
  /// @param bytes the whole file
  /// @param source its name, for positions
  /// @param options for a HAR file
  /// @param problems takes all faults
  /// @return the configuration, or null if there was a fault
  public static @Nullable ImportedConfig read(
      Kind kind, byte[] bytes, String source, HarOptions options, Problems problems) {
    Secrets secrets = new Secrets(kind != Kind.HAR || options.keepCredentials());
    String file = source.substring(source.replace('\\', '/').lastIndexOf('/') + 1);
    ImportDraft draft =
        new ImportDraft("%s by crankfire import %s".formatted(file, kind.word()), secrets);
    int before = problems.all().size();
    try {
      switch (kind) {
        case CURL -> new CurlImport(draft).read(text(bytes, source), source);
        case OPENAPI -> new OpenApiImport(document(bytes, source), draft).read();
        case POSTMAN -> new PostmanImport(json(bytes, source), draft).read();
        case HAR -> har(bytes, source, options, draft, problems);
      }
    } catch (UnreadableException e) {
      problems.add(e.position(), e.problem());
    }
    return problems.all().size() > before ? null : draft.done();
  }

  private static void har(
      byte[] bytes, String source, HarOptions options, ImportDraft draft, Problems problems)
      throws UnreadableException {
    HarReader.Log log = HarReader.read(new ByteArrayInputStream(bytes), source);
    Position whole = new Position(source, 1, 1, null);
    Problems noted = new Problems();
    HarWorkload workload =
        HarWorkload.of(
            log,
            options,
            new HarWorkload.Treatment(draft.secrets, Secrets::literal),
            draft.names,
            whole,
            noted);
    noted.all().forEach(problem -> problems.add(problem.position(), problem.message()));
    noted.warnings().forEach(warning -> draft.warn(warning.position(), warning.message()));
    if (!workload.credentials().isEmpty()) {
      draft.remark(
          "credentials in the recording: "
              + String.join(", ", workload.credentials())
              + (options.keepCredentials()
                  ? ""
                  : "; headers among them are left out (--har-keep-credentials keeps their"
                      + " place)"));
    }
    workload.endpoints().forEach(draft::add);
    ConfigNode.Mapping scenario = workload.scenario();
    if (scenario != null) {
      draft.addScenario(scenario);
    }
  }

  private static Data json(byte[] bytes, String source) throws UnreadableException {
    return JsonReader.read(new ByteArrayInputStream(bytes), source, JsonReader.Wanted.ALL);
  }

  /// JSON if it begins so, YAML otherwise.
  private static Data document(byte[] bytes, String source) throws UnreadableException {
    String text = text(bytes, source);
    return text.stripLeading().startsWith("{")
        ? json(bytes, source)
        : YamlReader.read(text, source);
  }

  private static String text(byte[] bytes, String source) throws UnreadableException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException _) {
      throw new UnreadableException(new Position(source, 1, 1, null), "the file is not UTF-8 text");
    }
  }
}
