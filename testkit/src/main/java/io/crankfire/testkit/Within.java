package io.crankfire.testkit;

import java.io.IOException;
import java.util.Objects;

/// A behaviour that can ask for a value, such as the server it belongs to, wherever it is nested in
/// other behaviours.
public record Within<T>(ScopedValue<T> key, T value, Behavior behavior) implements Behavior {

  public Within {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(behavior, "behavior");
  }

  @Override
  public Stage stage() {
    return behavior.stage();
  }

  @Override
  public void answer(Request request, Wire wire) throws IOException, InterruptedException {
    try {
      ScopedValue.where(key, value)
          .call(() -> {
            behavior.answer(request, wire);
            return true;
          });
    } catch (IOException | InterruptedException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("a behaviour throws nothing else", e);
    }
  }
}
