package io.crankfire.protocol;

import io.crankfire.config.Fields;
import io.crankfire.config.Problems;
import io.crankfire.plan.Connections;
import io.crankfire.template.Credential;
import org.jspecify.annotations.Nullable;

/// Makes credentials of `auth` blocks. Asked only for owners that have one, so that a run without
/// any loads nothing of it.
@FunctionalInterface
public interface CredentialBinder {

  /// The key of the block.
  String KEY = "auth";

  /// Knows none: every block is a problem.
  CredentialBinder NONE =
      (owner, inherited, connections, problems) -> {
        problems.add(owner.position(KEY), "authentication is not installed");
        return null;
      };

  /// Makes the credential.
  ///
  /// @param owner what the block is in: a run or an endpoint; `auth: none` means no credential
  /// @param inherited what to give when the owner has no block of its own
  /// @param connections how token servers are reached: TLS, proxy, source address
  /// @param problems takes all faults, with their positions
  /// @return the credential; null for none, or if there was a fault. Equal blocks give the same
  ///   one, so that a token is fetched once for all of them
  @Nullable Credential bind(
      Fields owner, @Nullable Credential inherited, Connections connections, Problems problems);
}
