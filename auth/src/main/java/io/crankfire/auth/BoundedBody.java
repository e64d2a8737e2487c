package io.crankfire.auth;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/// Keeps a response's body, and gives up when it is larger than any answer of use.
final class BoundedBody implements BodySubscriber<byte[]> {

  /// The largest body that is read, in bytes.
  static final int LIMIT = 256 * 1024;

  private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private Flow.@Nullable Subscription subscription;

  @Override
  public CompletionStage<byte[]> getBody() {
    return whole;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    given.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      if (bytes.size() + buffer.remaining() > LIMIT) {
        if (subscription != null) {
          subscription.cancel();
        }
        whole.completeExceptionally(
            new TokenException("answers with more than " + LIMIT / 1024 + " KiB", false));
        return;
      }
      while (buffer.hasRemaining()) {
        bytes.write(buffer.get());
      }
    }
  }

  @Override
  public void onError(Throwable fault) {
    whole.completeExceptionally(fault);
  }

  @Override
  public void onComplete() {
    whole.complete(bytes.toByteArray());
  }
}
