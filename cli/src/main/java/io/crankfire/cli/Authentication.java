package io.crankfire.cli;

import io.crankfire.auth.AuthBinder;
import io.crankfire.config.Fields;
import io.crankfire.config.Problems;
import io.crankfire.config.Secrets;
import io.crankfire.net.Clock;
import io.crankfire.plan.Connections;
import io.crankfire.protocol.CredentialBinder;
import io.crankfire.template.Credential;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Loads authentication when the first `auth` block is met, and not before: a run without one pays
/// nothing for it. Confined to one thread, but for [#say].
final class Authentication implements CredentialBinder {

  private final UnaryOperator<@Nullable String> environment;
  private final Secrets secrets;
  private @Nullable CredentialBinder binder;
  private volatile @Nullable Consumer<String> listener;

  Authentication(UnaryOperator<@Nullable String> environment, Secrets secrets) {
    this.environment = environment;
    this.secrets = secrets;
  }

  /// What is to be masked.
  Secrets secrets() {
    return secrets;
  }

  @Override
  public @Nullable Credential bind(
      Fields owner, @Nullable Credential inherited, Connections connections, Problems problems) {
    if (!owner.has(KEY)) {
      return inherited;
    }
    CredentialBinder loaded = binder;
    if (loaded == null) {
      loaded = new AuthBinder(environment, secrets, Clock.SYSTEM, this::say);
      binder = loaded;
    }
    return loaded.bind(owner, inherited, connections, problems);
  }

  /// Where lines about tokens go from now on, on any thread.
  void tell(Consumer<String> lines) {
    listener = lines;
  }

  private void say(String line) {
    Consumer<String> told = listener;
    if (told != null) {
      told.accept(secrets.mask(line));
    }
  }
}
