package io.crankfire.websocket;

import io.crankfire.template.Check;
import io.crankfire.template.Response;

/// What a message expects of its reply, as a check of the whole exchange: it was made when the
/// reply came. Immutable; shared by all workers.
///
/// @param index among all that the call's messages expect
record ExpectedReply(String name, int index) implements Check {

  @Override
  public boolean needsBody() {
    return false;
  }

  @Override
  public boolean holds(Response response) {
    return !(response instanceof Reply reply) || reply.held(index);
  }
}
