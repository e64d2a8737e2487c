package io.crankfire.bind;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Durations;
import io.crankfire.config.Fields;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.config.Spelling;
import io.crankfire.plan.Call;
import io.crankfire.protocol.Compiling;
import io.crankfire.protocol.CredentialBinder;
import io.crankfire.protocol.DataReader;
import io.crankfire.protocol.Inquiry;
import io.crankfire.protocol.Protocol;
import io.crankfire.template.Conduct;
import io.crankfire.template.Credential;
import io.crankfire.template.Names;
import io.crankfire.template.ValuePath;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes a call of every endpoint, with what it inherits from the whole run. Confined to one
/// thread.
public final class EndpointsBinder {

  /// How long an exchange may take when nothing is said.
  public static final String DEFAULT_TIMEOUT = "30s";

  /// The keys of every endpoint, whatever its protocol.
  public static final List<String> KEYS =
      List.of("name", "weight", "protocol", "url", "target", "path", "timeout");

  private final Fields run;
  private final Map<String, Protocol> protocols;
  private final Names names;
  private final Problems problems;
  private final List<Endpoint> endpoints = new ArrayList<>();
  private final Map<String, Endpoint> byName = new LinkedHashMap<>();
  private final Set<String> labels = new HashSet<>();
  private final CredentialBinder credentials;
  private final Inquiry inquiry;
  private @Nullable DataBinder data;
  private @Nullable Credential credential;
  private boolean credentialRead;

  /// An endpoint.
  ///
  /// @param position where it was written
  /// @param name its own name; null if it has none
  /// @param weight how often it is chosen, in relation to the others'
  /// @param call null if there was a fault
  record Endpoint(Position position, @Nullable String name, double weight, @Nullable Call call) {}

  /// @param run the keys of the whole run
  /// @param protocols by their names
  /// @param names what placeholders can mean, complete
  /// @param credentials makes them of `auth` blocks
  /// @param inquiry how token servers are reached, and whether targets may be asked
  EndpointsBinder(
      Fields run,
      Map<String, Protocol> protocols,
      Names names,
      CredentialBinder credentials,
      Inquiry inquiry,
      Problems problems) {
    this.run = run;
    this.protocols = protocols;
    this.names = names;
    this.credentials = credentials;
    this.inquiry = inquiry;
    this.problems = problems;
  }

  /// All endpoints in the order of their adding.
  List<Endpoint> endpoints() {
    return endpoints;
  }

  /// The index of an endpoint by its name, in any capitalisation; negative if there is none.
  int indexOf(String name) {
    Endpoint endpoint = byName.get(name.strip().toLowerCase(Locale.ROOT));
    return endpoint == null ? -1 : endpoints.indexOf(endpoint);
  }

  /// The names that endpoints have.
  List<String> names() {
    List<String> known = new ArrayList<>();
    for (Endpoint endpoint : endpoints) {
      if (endpoint.name != null) {
        known.add(endpoint.name);
      }
    }
    return known;
  }

  /// Whether a key is one that endpoints have, of whatever protocol.
  boolean isKey(String key) {
    List<String> known = new ArrayList<>(KEYS);
    known.addAll(DataBinder.ENDPOINT_KEYS);
    known.add(CredentialBinder.KEY);
    for (Protocol protocol : protocols.values()) {
      known.addAll(protocol.keys());
    }
    return known.stream().anyMatch(other -> Fields.sameKey(other, key));
  }

  /// The call of a run that has no endpoints: the whole run is one.
  @Nullable Call single() {
    Protocol protocol = protocol(run);
    if (protocol == null) {
      return null;
    }
    warnOfForeignKeys(protocol);
    if (!run.has("target") && !run.has("url")) {
      problems.add(
          run.position(),
          run.position().line() > 0
              ? "a target is needed: give a target, or endpoints that have each a url"
              : "a target is needed: give --target URL");
      return null;
    }
    Map<String, ConfigNode> step = new LinkedHashMap<>();
    put(step, "name", run.node("name"));
    put(step, "target", run.node("target"));
    put(step, "url", run.node("url"));
    put(step, "path", run.node("path"));
    return compile(step, new Inheritance(run, run), protocol);
  }

  /// Adds an endpoint and makes its call.
  ///
  /// @param others keys that it may have besides
  /// @return its index
  int add(ConfigNode.Mapping mapping, Collection<String> others) {
    Fields own = new Fields(mapping, problems);
    Protocol protocol = protocol(own);
    rejectUnknown(own, protocol, others);
    String name = own.text("name");
    name = name == null || name.isBlank() ? null : name.strip();
    double weight = weight(own, problems);
    Call call = null;
    if (protocol != null) {
      Map<String, ConfigNode> step = new LinkedHashMap<>();
      if (where(own, step, name)) {
        ConfigNode given = own.node("name");
        String label = label(own, step, name, protocol);
        step.put(
            "name",
            new ConfigNode.Scalar(label, given == null ? own.position() : given.position()));
        call = compile(step, new Inheritance(run, own), protocol);
      }
    }
    Endpoint endpoint = new Endpoint(mapping.position(), name, weight, call);
    if (name != null) {
      Endpoint other = byName.putIfAbsent(name.toLowerCase(Locale.ROOT), endpoint);
      if (other != null) {
        problems.add(
            own.position("name"),
            "the name \"%s\" is taken by the endpoint at %s".formatted(name, other.position));
      }
    }
    endpoints.add(endpoint);
    return endpoints.size() - 1;
  }

  /// A positive number, 1 if nothing is said.
  static double weight(Fields fields, Problems problems) {
    double weight = fields.number(WorkloadKeys.WEIGHT);
    if (weight > 0) {
      return weight;
    }
    problems.add(fields.position("weight"), "a weight is above 0, not " + fields.text("weight"));
    return 1;
  }

  /// The protocol that is said, or else meant by the URL: of an endpoint before the run.
  private @Nullable Protocol protocol(Fields own) {
    Fields saying = own;
    String name = said(own);
    if (name == null && own != run) {
      name = meant(own);
      if (name == null) {
        saying = run;
        name = said(run);
      }
    }
    name = name == null ? meant(run) : name;
    name = name == null ? "http" : name;
    Protocol protocol = protocols.get(name);
    if (protocol == null) {
      protocol = protocols.get(name.toLowerCase(Locale.ROOT));
    }
    if (protocol == null) {
      problems.add(
          saying.position("protocol"),
          "protocol %s is not installed%s"
              .formatted(name, Spelling.hint(name, protocols.keySet())));
    }
    return protocol;
  }

  private static @Nullable String said(Fields fields) {
    String asked = fields.text("protocol");
    return asked == null || asked.isBlank() ? null : asked.strip();
  }

  /// The protocol whose scheme the URL has, such as `ws` or `wss`.
  private @Nullable String meant(Fields fields) {
    ConfigNode url = fields.has("url") ? fields.node("url") : fields.node("target");
    if (!(url instanceof ConfigNode.Scalar text)) {
      return null;
    }
    int end = text.text().indexOf("://");
    String scheme = end < 0 ? "" : text.text().substring(0, end).strip().toLowerCase(Locale.ROOT);
    for (Protocol protocol : protocols.values()) {
      if (protocol.schemes().contains(scheme)) {
        return protocol.name();
      }
    }
    return null;
  }

  /// Of a run that is one call, keys that another protocol would read: they do nothing.
  private void warnOfForeignKeys(Protocol protocol) {
    Set<String> known = new HashSet<>(KEYS);
    known.addAll(protocol.keys());
    for (Protocol other : protocols.values()) {
      for (String key : other.keys()) {
        if (run.has(key) && known.add(key)) {
          problems.warn(
              run.position(key),
              "%s is not used: it belongs to the protocol %s, and this run speaks %s"
                  .formatted(key, other.name(), protocol.name()));
        }
      }
    }
  }

  private void rejectUnknown(Fields own, @Nullable Protocol protocol, Collection<String> others) {
    List<String> known = new ArrayList<>(KEYS);
    known.addAll(DataBinder.ENDPOINT_KEYS);
    known.add(CredentialBinder.KEY);
    known.addAll(others);
    if (protocol != null) {
      known.addAll(protocol.keys());
    }
    Set<String> foreign = new HashSet<>();
    for (Protocol other : protocols.values()) {
      for (String key : other.keys()) {
        if (!known.contains(key) && own.has(key) && foreign.add(key)) {
          problems.add(
              own.position(key),
              protocol == null
                  ? key + " belongs to the protocol " + other.name()
                  : "%s belongs to the protocol %s, and this endpoint speaks %s"
                      .formatted(key, other.name(), protocol.name()));
        }
      }
    }
    for (String key : ScenariosBinder.STEP_KEYS) {
      if (!known.contains(key) && own.has(key) && foreign.add(key)) {
        problems.add(own.position(key), key + " is said in a step of a scenario");
      }
    }
    known.addAll(foreign);
    own.rejectOthersThan(known);
  }

  /// Finds out where an endpoint's exchanges go: to its URL, or to its path from the target on.
  private boolean where(Fields own, Map<String, ConfigNode> step, @Nullable String name) {
    ConfigNode url = own.node("url");
    ConfigNode alias = own.node("target");
    if (url != null && alias != null) {
      problems.add(alias.position(), "url and target mean the same here: give one of them");
      return false;
    }
    url = given(url == null ? alias : url);
    ConfigNode path = given(own.node("path"));
    if (url != null) {
      if (path != null) {
        problems.warn(path.position(), "path is not used: the url says where to");
      }
      step.put("target", url);
      return true;
    }
    ConfigNode target = given(run.node("target"));
    if (target == null) {
      String who = name == null ? "the endpoint" : "the endpoint \"" + name + "\"";
      problems.add(
          own.position(),
          who
              + (path != null
                  ? " has a path, and there is no target that it could begin from: give a target,"
                      + " or the endpoint a url"
                  : " has no url, and there is no target"));
      return false;
    }
    if (path != null) {
      return where(target, path, step);
    }
    step.put("target", target);
    return true;
  }

  private boolean where(ConfigNode target, ConfigNode path, Map<String, ConfigNode> step) {
    if (!(target instanceof ConfigNode.Scalar base)) {
      problems.add(target.position(), "expected one value");
      return false;
    }
    if (!(path instanceof ConfigNode.Scalar reference)) {
      problems.add(path.position(), "expected one value");
      return false;
    }
    if (UriReference.hasPlaceholder(base.text()) || UriReference.hasPlaceholder(reference.text())) {
      // What the values are decides what the path means: the protocol puts the two together.
      step.put("target", target);
      step.put("path", path);
    } else {
      String resolved = UriReference.resolve(base.text(), reference.text());
      step.put("target", new ConfigNode.Scalar(resolved, path.position()));
    }
    return true;
  }

  private static @Nullable ConfigNode given(@Nullable ConfigNode node) {
    return node instanceof ConfigNode.Scalar scalar && scalar.text().isBlank() ? null : node;
  }

  /// Its name, or what its protocol calls it, or the URL, with what tells it from an earlier one.
  private String label(
      Fields own, Map<String, ConfigNode> step, @Nullable String name, Protocol protocol) {
    if (name != null) {
      labels.add(name);
      return name;
    }
    String target = step.get("target") instanceof ConfigNode.Scalar base ? base.text() : "";
    Inheritance endpoint = new Inheritance(run, own);
    Map<String, ConfigNode> ofProtocol = new LinkedHashMap<>();
    protocol.keys().forEach(key -> put(ofProtocol, key, endpoint.node(key)));
    String called = protocol.label(new ConfigNode.Mapping(ofProtocol, own.position()));
    if (called != null) {
      String unique = called;
      for (int number = 2; !labels.add(unique); number++) {
        unique = called + " #" + number;
      }
      return unique;
    }
    String url =
        UriReference.label(
            step.get("path") instanceof ConfigNode.Scalar path
                ? UriReference.resolve(target, path.text())
                : target);
    String label = url;
    if (!labels.add(label)) {
      String method =
          new Inheritance(run, own).node("method") instanceof ConfigNode.Scalar given
              ? given.text().strip().toUpperCase(Locale.ROOT) + " "
              : "";
      label = method + url;
      for (int number = 2; !labels.add(label); number++) {
        label = method + url + " #" + number;
      }
    }
    return label;
  }

  private @Nullable Call compile(
      Map<String, ConfigNode> step, Inheritance endpoint, Protocol protocol) {
    ConfigNode timeout = endpoint.node("timeout");
    put(step, "timeout", timeout == null ? defaultTimeout() : inSeconds(timeout));
    for (String key : protocol.keys()) {
      if (!KEYS.contains(key)) {
        put(step, key, endpoint.node(key));
      }
    }
    Conduct conduct = conduct(endpoint);
    return protocol.compile(
        new ConfigNode.Mapping(step, endpoint.own().position()),
        new Compiling(problems, names, conduct, new BlockReader(), inquiry));
  }

  /// Reads parts of protocols' own blocks.
  private final class BlockReader implements DataReader {

    @Override
    public Conduct conduct(ConfigNode.Mapping keys) {
      Fields fields = new Fields(keys, problems);
      return data(fields, keys.entries().keySet().iterator().next())
          .conduct(fields, names, problems);
    }

    @Override
    public @Nullable ValuePath path(ConfigNode.Scalar text) {
      return data(
              new Fields(new ConfigNode.Mapping(Map.of(), text.position()), problems), "jsonpath")
          .path(text, problems);
    }
  }

  private ConfigNode.Scalar defaultTimeout() {
    return new ConfigNode.Scalar(DEFAULT_TIMEOUT, run.position());
  }

  /// Where a bare number means seconds, it gets its unit.
  private static ConfigNode inSeconds(ConfigNode timeout) {
    boolean bare =
        timeout instanceof ConfigNode.Scalar scalar
            && timeout.position().line() > 0
            && Durations.isBare(scalar.text());
    return bare
        ? new ConfigNode.Scalar(((ConfigNode.Scalar) timeout).text() + "s", timeout.position())
        : timeout;
  }

  private static void put(Map<String, ConfigNode> step, String key, @Nullable ConfigNode value) {
    if (value != null) {
      step.put(key, value);
    }
  }

  private Conduct conduct(Inheritance endpoint) {
    ConfigNode.Mapping given = endpoint.only(DataBinder.ENDPOINT_KEYS);
    Conduct conduct =
        given.entries().isEmpty()
            ? Conduct.PLAIN
            : data(new Fields(given, problems), given.entries().keySet().iterator().next())
                .conduct(new Fields(given, problems), names, problems);
    Credential proof = credential(endpoint.own());
    return proof == null
        ? conduct
        : new Conduct(
            conduct.extractors(), conduct.checks(), conduct.retry(), proof, conduct.captureLimit());
  }

  /// The reader of what needs libraries, looked for when something first needs it.
  DataBinder data(Fields owner, String key) {
    DataBinder known = data;
    if (known == null) {
      known =
          ServiceLoader.load(DataBinder.class)
              .findFirst()
              .orElseGet(() -> new NoData(owner.position(key), key));
      data = known;
    }
    return known;
  }

  /// Stands for a reader that is not there.
  private record NoData(Position position, String key) implements DataBinder {
    @Override
    public void feeders(Fields run, Names names, Problems problems) {
      problems.add(position, key + ": the module that reads test data is not installed");
    }

    @Override
    public Conduct conduct(Fields endpoint, Names names, Problems problems) {
      problems.add(position, key + ": the module that reads it is not installed");
      return Conduct.PLAIN;
    }

    @Override
    public @Nullable ValuePath path(ConfigNode.Scalar text, Problems problems) {
      problems.add(text.position(), key + ": the module that reads it is not installed");
      return null;
    }
  }

  /// The endpoint's own, or the run's, which all share; `auth: none` switches it off.
  private @Nullable Credential credential(Fields own) {
    if (!credentialRead) {
      credentialRead = true;
      credential =
          run.has(CredentialBinder.KEY)
              ? credentials.bind(run, null, inquiry.connections(), problems)
              : null;
    }
    return own != run && own.has(CredentialBinder.KEY)
        ? credentials.bind(own, credential, inquiry.connections(), problems)
        : credential;
  }
}
