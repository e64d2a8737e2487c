package io.crankfire.run;

import io.crankfire.plan.Call;
import io.crankfire.plan.LoadPlan;
import io.crankfire.template.Credential;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The different credentials of a run: obtained before the target is reached, kept fresh until
/// closed. Confined to the thread that runs the plan.
final class Credentials implements AutoCloseable {

  private final List<Credential> obtained = new ArrayList<>();

  private Credentials() {}

  /// Obtains every credential that a plan's calls are sent with, each once.
  ///
  /// @return null if there are none
  /// @throws RunFailedException if one is not to be had; the message holds no secret
  static @Nullable Credentials obtain(LoadPlan plan)
      throws RunFailedException, InterruptedException {
    Credentials all = null;
    for (Call call : plan.calls()) {
      Credential credential = call.conduct().credential();
      if (credential != null) {
        all = all == null ? new Credentials() : all;
        all.obtain(credential, call);
      }
    }
    return all;
  }

  @SuppressWarnings("ReferenceEquality") // calls share one object, not an equal one
  private void obtain(Credential credential, Call call)
      throws RunFailedException, InterruptedException {
    for (Credential known : obtained) {
      if (known == credential) {
        return;
      }
    }
    obtained.add(credential);
    boolean done = false;
    try {
      credential.obtain();
      done = true;
    } catch (IOException e) {
      throw new RunFailedException(
          "cannot get the credential for " + call.name() + ": " + e.getMessage(), e);
    } finally {
      if (!done) {
        close();
      }
    }
  }

  /// Ends their renewing.
  @Override
  public void close() {
    for (Credential credential : obtained) {
      credential.close();
    }
  }
}
