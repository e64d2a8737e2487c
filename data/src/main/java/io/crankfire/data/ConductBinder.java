package io.crankfire.data;

import io.crankfire.bind.DataBinder;
import io.crankfire.bind.DataKeys;
import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.Problems;
import io.crankfire.template.Check;
import io.crankfire.template.Conduct;
import io.crankfire.template.Extractor;
import io.crankfire.template.Names;
import io.crankfire.template.Retry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Reads what is done around a call: extractors, checks, retries, and how much of a body is kept.
public final class ConductBinder {
  private ConductBinder() {}

  /// The keys it reads.
  public static final List<String> KEYS = DataBinder.ENDPOINT_KEYS;

  /// Reads the conduct of an endpoint; its credential is for others to fill. Call it for all
  /// endpoints before any template is compiled, since extractors make names.
  ///
  /// @param endpoint the endpoint
  /// @param names gets the variables that its extractors set
  /// @param problems takes all faults, with their positions
  public static Conduct bind(Fields endpoint, Names names, Problems problems) {
    List<Extractor> extractors =
        new ExtractorBinder(names, problems).bind(mappings(endpoint, "extractors", problems));
    List<Check> checks = new CheckBinder(problems).bind(mappings(endpoint, "checks", problems));
    int limit = endpoint.count(DataKeys.CAPTURE_LIMIT);
    return new Conduct(extractors, checks, retry(endpoint, problems), null, limit);
  }

  private static List<ConfigNode.Mapping> mappings(Fields fields, String key, Problems problems) {
    ConfigNode node = fields.node(key);
    List<ConfigNode.Mapping> mappings = new ArrayList<>();
    if (node instanceof ConfigNode.Sequence list) {
      for (ConfigNode item : list.items()) {
        if (item instanceof ConfigNode.Mapping mapping) {
          mappings.add(mapping);
        } else {
          problems.add(item.position(), "expected keys and values");
        }
      }
    } else if (node != null) {
      problems.add(node.position(), "expected a list");
    }
    return mappings;
  }

  private static Retry retry(Fields endpoint, Problems problems) {
    if (!(endpoint.node("retries") instanceof ConfigNode.Mapping)) {
      return Retry.of(endpoint.count("retries", 0, 0));
    }
    Fields fields = endpoint.fields("retries");
    fields.rejectOthersThan(DataKeys.RETRIES.names());
    if (!fields.has("max")) {
      problems.add(fields.position("max"), "retries need a max: how often to try again");
    }
    Retry usual = Retry.of(fields.count(DataKeys.MOST_RETRIES));
    Duration base = fields.duration("base", usual.base());
    Duration cap = fields.duration("cap", base.compareTo(usual.cap()) > 0 ? base : usual.cap());
    if (cap.compareTo(base) < 0) {
      problems.add(fields.position("cap"), "the longest delay is shorter than the first, its base");
    }
    return new Retry(usual.most(), base, cap);
  }
}
