package io.crankfire.testkit;

import java.io.IOException;

/// A behaviour that is called at another stage than it would ask for itself.
record Staged(Behavior behavior, Stage stage) implements Behavior {
  @Override
  public void answer(Request request, Wire wire) throws IOException, InterruptedException {
    behavior.answer(request, wire);
  }
}
