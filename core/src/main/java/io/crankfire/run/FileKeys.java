package io.crankfire.run;

import io.crankfire.bind.DataKeys;
import io.crankfire.bind.HarKeys;
import io.crankfire.bind.WorkloadKeys;
import io.crankfire.config.Key;
import io.crankfire.config.Section;
import io.crankfire.protocol.AuthKeys;
import io.crankfire.protocol.CredentialBinder;
import io.crankfire.protocol.GrpcKeys;
import io.crankfire.protocol.SseKeys;
import io.crankfire.protocol.WebSocketKeys;
import java.util.ArrayList;
import java.util.List;

/// The keys that a run of a single target has not: put together to be published, and loaded by
/// nothing else.
final class FileKeys {
  private FileKeys() {}

  private static final Key URL = Key.text("url", "another name of target");
  private static final Key PATH =
      Key.text("path", "where to, from the target on (RFC 3986): /orders?id=7");
  private static final Key COOKIES =
      Key.flag("cookies", false, "each session keeps its cookies and sends them");
  private static final Key SSE =
      Key.keys(SseKeys.NAME, SseKeys.NAME, "protocol sse: how an event stream is read");
  private static final Key WEBSOCKET =
      Key.keys(WebSocketKeys.NAME, WebSocketKeys.NAME, "protocol websocket: what is said over it");
  private static final Key GRPC =
      Key.keys(GrpcKeys.NAME, GrpcKeys.NAME, "protocol grpc: what is called, and with what");
  private static final Key AUTH =
      Key.keys(CredentialBinder.KEY, "auth", "who we are; none for nobody").orWord("none");

  /// What the whole run has beside the keys of a run of a single target.
  private static final Section WORKLOAD =
      Section.of(
              "workload",
              "What sessions do, and what has to come of it",
              URL,
              PATH,
              COOKIES,
              AUTH,
              SSE,
              WEBSOCKET,
              GRPC,
              Key.keys("endpoints", "endpoint", "chosen by weight, or used by scenarios").list(),
              Key.keys("scenarios", "scenario", "what a session does, chosen by weight").list(),
              Key.keys("load_patterns", "load_pattern", "how much load when, instead of a rate")
                  .list(),
              Key.text("thresholds", "what has to come of it, or the run has failed")
                  .orKeys("threshold")
                  .orList())
          .plus(DataKeys.FEEDERS)
          .plus(DataKeys.CONDUCT);

  /// What a file has besides a run's settings.
  private static final Section FILE =
      Section.of(
          "file",
          "What a file has besides a run's settings",
          Key.keys("profiles", "profile", "settings that --profile NAME lays over the others")
              .byName());

  /// The sections that stand at the top, after those of a run of a single target.
  static List<Section> top() {
    return List.of(WORKLOAD, HarKeys.HAR, FILE);
  }

  /// The sections that keys of other sections refer to by name.
  static List<Section> inner() {
    Section endpoint = endpoint();
    return List.of(
        endpoint,
        WorkloadKeys.SCENARIO,
        WorkloadKeys.STEP.plus(endpoint.without(WorkloadKeys.WEIGHT.name())),
        WorkloadKeys.THINK_TIME,
        WorkloadKeys.LOAD_PATTERN,
        WorkloadKeys.LOAD_STEP,
        DataKeys.FEEDER,
        DataKeys.EXTRACTOR,
        DataKeys.CHECK,
        DataKeys.RETRIES,
        AuthKeys.AUTH,
        SseKeys.SSE,
        SseKeys.SSE_EXPECT,
        WebSocketKeys.WEBSOCKET,
        WebSocketKeys.MESSAGE,
        WebSocketKeys.EXPECT,
        WebSocketKeys.CORRELATE,
        GrpcKeys.GRPC,
        GrpcKeys.EXPECTED,
        WorkloadKeys.THRESHOLD,
        profile());
  }

  /// What is requested, of an endpoint: it has the keys of a request, and those it does not give
  /// are the run's.
  private static Section endpoint() {
    List<Key> keys = new ArrayList<>();
    for (Key key : ConfigKeys.REQUEST.keys()) {
      keys.add(key.withoutDefault());
      if (key.name().equals("target")) {
        keys.add(URL);
        keys.add(PATH);
      }
    }
    keys.add(WorkloadKeys.WEIGHT);
    keys.add(ConfigKeys.PROTOCOL);
    keys.add(COOKIES.withoutDefault());
    keys.add(AUTH);
    keys.add(SSE);
    keys.add(WEBSOCKET);
    keys.add(GRPC);
    for (Key key : DataKeys.CONDUCT.keys()) {
      keys.add(key.withoutDefault());
    }
    return new Section("endpoint", "A request; what it does not say is the run's", keys);
  }

  /// What a profile has: everything but profiles.
  private static Section profile() {
    Section profile = Section.of("profile", "Settings that are laid over the others");
    return profile
        .plus(ConfigKeys.REQUEST)
        .plus(ConfigKeys.LOAD)
        .plus(ConfigKeys.CONNECTIONS)
        .plus(ConfigKeys.OUTPUT)
        .plus(WORKLOAD)
        .plus(HarKeys.HAR);
  }
}
