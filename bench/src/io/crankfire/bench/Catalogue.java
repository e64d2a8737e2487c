package io.crankfire.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Which tools take part.
final class Catalogue {

  private static final Set<String> ABSENT = new HashSet<>();

  private Catalogue() {}

  /// Ours in every transport asked for, then the chosen peers, as far as they are present and can
  /// do such a load.
  static List<Tool> closed(Options options, Load sample) {
    List<Tool> tools = new ArrayList<>(Crankfire.all(options));
    tools.addAll(peers(options));
    tools.remove(Peer.WRK);
    return present(tools, sample);
  }

  /// Ours in every pacing policy, then the chosen peers.
  static List<Tool> open(Options options, Load sample) {
    List<Tool> tools = new ArrayList<>();
    for (String policy : List.of("economical", "default", "precise")) {
      tools.add(Crankfire.judged(options).pacing(policy).onQuietCore());
    }
    tools.add(Crankfire.judged(options).pacing("default"));
    tools.addAll(peers(options));
    return present(tools, sample);
  }

  static List<Peer> peers(Options options) {
    return Arrays.stream(Peer.values())
        .filter(p -> options.tools().isEmpty() || options.tools().contains(p.label()))
        .toList();
  }

  static List<Tool> present(List<? extends Tool> tools, Load sample) {
    List<Tool> present = new ArrayList<>();
    for (Tool tool : tools) {
      if (!tool.available()) {
        if (ABSENT.add(tool.label())) {
          Log.say("absent: %s", tool.label());
        }
      } else if (tool.can(sample)) {
        present.add(tool);
      }
    }
    return present;
  }
}
