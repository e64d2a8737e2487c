package io.crankfire.grpc;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.Problems;
import io.crankfire.metrics.Measure;
import io.crankfire.plan.Call;
import io.crankfire.protocol.Compiling;
import io.crankfire.protocol.GrpcKeys;
import io.crankfire.protocol.Protocol;
import io.crankfire.protocol.Requester;
import io.crankfire.protocol.WorkerContext;
import io.crankfire.template.Template;
import io.crankfire.template.Variables;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// gRPC: calls of the methods that a schema has, unary and streaming, over HTTP/2. A step's keys:
/// `name`, `target` or `url`, `unix`, `timeout`, and those of a block `grpc` ([GrpcKeys]).
/// Placeholders may stand in the target, in metadata and in messages.
public final class GrpcProtocol implements Protocol {

  /// The protocol's name.
  public static final String NAME = GrpcKeys.NAME;

  private static final List<String> KEYS = List.of(NAME, "unix");

  /// Made by the service loader.
  public GrpcProtocol() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<String> schemes() {
    return List.of("grpc", "grpcs");
  }

  @Override
  public Collection<String> keys() {
    return KEYS;
  }

  @Override
  public List<Measure> measures() {
    return GrpcMeasures.ALL;
  }

  /// Service and method, as they were written.
  @Override
  public @Nullable String label(ConfigNode.Mapping step) {
    String path = path(new Fields(step, new Problems()).fields(NAME));
    return path.isEmpty() ? null : path.substring(1);
  }

  /// What is called as it was written, `/service/method`; empty if there is no method.
  static String path(Fields block) {
    String service = block.text("service");
    String method = block.text("method");
    if (method == null || method.isBlank()) {
      return "";
    }
    String name = method.strip();
    String called = service == null || name.contains("/") ? name : service.strip() + "/" + name;
    return called.startsWith("/") ? called : "/" + called;
  }

  @Override
  public @Nullable Call compile(ConfigNode.Mapping step, Compiling compiling) {
    return new CallReader(step, compiling).read();
  }

  /// The fields of the head, and each message as JSON.
  @Override
  public String preview(Call call, Variables variables) {
    GrpcCall mine = (GrpcCall) call;
    Template varying = mine.place().varying();
    String authority = varying == null ? mine.place().fixed().authority() : varying.text(variables);
    StringBuilder text = new StringBuilder(mine.head().text(authority, variables)).append('\n');
    for (Outgoing message : mine.messages()) {
      text.append("> ").append(message.text(variables)).append('\n');
    }
    return text.toString();
  }

  @Override
  public Requester open(WorkerContext worker) {
    return new GrpcRequester(worker);
  }
}
