package io.crankfire.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Crankfire over WebSockets or event streams instead of requests.
///
/// @param what its name in tables
/// @param scheme of the URLs, `http` or `ws`
/// @param path of the URLs, without its slash
/// @param config holds the block of the protocol
record StreamTool(Crankfire crankfire, String what, String scheme, String path, Path config)
    implements Tool {

  /// @param block the configuration, in YAML
  static StreamTool of(Options options, String what, String scheme, String path, String block)
      throws IOException {
    Files.createDirectories(options.out());
    Path config = options.out().resolve(what.replace(' ', '-') + ".yaml");
    Files.writeString(config, block);
    return new StreamTool(Crankfire.judged(options), what, scheme, path, config);
  }

  @Override
  public String label() {
    return crankfire.label() + ", " + what;
  }

  @Override
  public boolean available() {
    return crankfire.available();
  }

  @Override
  public boolean can(Load load) {
    return true;
  }

  @Override
  public List<String> command(Load load) {
    String url = scheme + load.url().substring(load.url().indexOf("://")) + path;
    List<String> words =
        new ArrayList<>(
            crankfire.command(
                new Load(url, load.connections(), load.seconds(), load.rate(), load.total())));
    words.addAll(List.of("--config", config.toString()));
    return List.copyOf(words);
  }

  @Override
  public boolean warmsUp() {
    return true;
  }

  @Override
  public Map<String, Double> reported(String output) {
    return crankfire.reported(output);
  }
}
