package io.crankfire.grpc.schema;

import io.crankfire.plan.Target;
import io.crankfire.template.Credential;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whom to ask for a schema, and who asks.
///
/// @param target where it is
/// @param authority the `:authority` of requests
/// @param metadata what goes with each request besides
/// @param credential what proves who we are; null for nothing
public record Server(
    Target target, String authority, List<Header> metadata, @Nullable Credential credential) {

  /// A name and a value, as they are sent.
  ///
  /// @param name in lower case
  /// @param value of a name in `-bin` in base64
  public record Header(String name, String value) {}

  /// Copies the list.
  public Server {
    metadata = List.copyOf(metadata);
  }
}
