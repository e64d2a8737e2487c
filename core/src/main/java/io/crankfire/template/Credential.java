package io.crankfire.template;

import java.io.IOException;

/// What proves to a target who we are. Its value may change while the run goes on: event loops read
/// it for every request, another thread renews it.
public interface Credential extends AutoCloseable {

  /// The header that carries it: `Authorization`, or an API key's own.
  String header();

  /// Gets the first value, before the run starts, and begins to renew it in the background. Once it
  /// has, further calls do nothing.
  ///
  /// @throws IOException if there is none to be had; the message holds no secret
  void obtain() throws IOException, InterruptedException;

  /// The header's value now, not to be changed. Any thread.
  byte[] value();

  /// The target refused this value (401). If there can be another, gets it in the background and
  /// then runs `renewed`, on any thread, also when there was none to be had: the value is the old
  /// one then. If it has been replaced already, runs it at once. However many refuse one value, it
  /// is replaced once. Those who wait when this is closed hear nothing more.
  ///
  /// @return whether there can be another; false also for a while after a failure, and for a
  ///   replacement that is refused at once
  boolean refused(byte[] value, Runnable renewed);

  /// Ends the renewing.
  @Override
  void close();
}
