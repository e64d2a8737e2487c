package io.crankfire.grpc;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.Problems;
import io.crankfire.grpc.schema.Schema;
import io.crankfire.grpc.schema.SchemaBrowser;
import io.crankfire.grpc.schema.SchemaException;
import io.crankfire.grpc.schema.SchemaReader;
import io.crankfire.grpc.schema.Server;
import io.crankfire.plan.Connections;
import io.crankfire.plan.Target;
import io.crankfire.protocol.Compiling;
import io.crankfire.protocol.GrpcKeys;
import io.crankfire.protocol.Inquiry;
import io.crankfire.template.Credential;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Opens the schema of a configuration for people to look at.
public final class GrpcSchemas {
  private GrpcSchemas() {}

  /// The schema of the files that the configuration names, or else of its target.
  ///
  /// @param run the whole configuration: `target`, `unix`, and a block `grpc`
  /// @param connections how the target is reached
  /// @param credential what proves to it who we are; null for nothing
  /// @param problems takes all faults
  /// @return null if there was a fault
  /// @throws SchemaException if the target cannot be reached in that way
  public static @Nullable SchemaBrowser open(
      ConfigNode.Mapping run,
      Connections connections,
      @Nullable Credential credential,
      Problems problems)
      throws SchemaException {
    Fields whole = new Fields(run, problems);
    Fields block = whole.fields(GrpcKeys.NAME);
    try (Inquiry inquiry = new Inquiry(connections, true)) {
      SchemaReader reader = new SchemaReader(block, problems, inquiry);
      if (reader.hasFiles()) {
        Schema schema = reader.files();
        return schema == null ? null : SchemaBrowser.of(schema);
      }
    }
    Server server = server(whole, block, credential, problems);
    return server == null || !problems.isEmpty() ? null : SchemaBrowser.of(server, connections);
  }

  private static @Nullable Server server(
      Fields whole, Fields block, @Nullable Credential credential, Problems problems) {
    String unix = whole.text("unix");
    String key = whole.has("url") ? "url" : "target";
    String text = whole.text(key);
    if (text == null || text.isBlank()) {
      if (unix == null) {
        problems.add(
            whole.position(key),
            "a target is needed, as in localhost:50051, or --grpc-proto-file or"
                + " --grpc-descriptor-set");
        return null;
      }
      text = "unix:" + unix;
    }
    List<Server.Header> metadata = new ArrayList<>();
    for (CallHead.Field field : new MetadataReader(Compiling.plain(problems)).read(block)) {
      metadata.add(new Server.Header(field.name(), field.value()));
    }
    try {
      GrpcTarget found =
          GrpcTarget.parse(text.strip(), block.flag(GrpcKeys.TLS), block.flag(GrpcKeys.INSECURE));
      Target target = unix == null ? found.target() : found.target().overSocket(unix);
      String authority = block.text("authority");
      return new Server(
          target,
          authority == null || authority.isBlank() ? found.authority() : authority.strip(),
          metadata,
          credential);
    } catch (IllegalArgumentException e) {
      problems.add(whole.position(key), String.valueOf(e.getMessage()));
      return null;
    }
  }
}
