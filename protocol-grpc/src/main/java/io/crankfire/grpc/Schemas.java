package io.crankfire.grpc;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.Problems;
import io.crankfire.config.Spelling;
import io.crankfire.protocol.Compiling;
import io.crankfire.protocol.GrpcKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds the method that a step names, in the schema that it gives. Confined to one thread.
final class Schemas {

  private final Fields block;
  private final Problems problems;

  Schemas(Fields block, Problems problems) {
    this.block = block;
    this.problems = problems;
  }

  /// The method; null if there was a fault.
  @Nullable MethodDescriptor method() {
    String service = text("service");
    String method = text("method");
    int slash = method.lastIndexOf('/');
    if (slash >= 0) {
      service = method.substring(method.startsWith("/") ? 1 : 0, slash);
      method = method.substring(slash + 1);
    }
    List<ServiceDescriptor> services = new ArrayList<>();
    try {
      for (ConfigNode.Scalar set : block.texts(GrpcKeys.DESCRIPTOR_SET)) {
        FileDescriptorSet files =
            FileDescriptorSet.parseFrom(
                Files.readAllBytes(Compiling.file(set.text(), set.position())));
        Map<String, FileDescriptor> made = new HashMap<>();
        for (FileDescriptorProto file : files.getFileList()) {
          FileDescriptor[] uses =
              file.getDependencyList().stream().map(made::get).toArray(FileDescriptor[]::new);
          FileDescriptor one = FileDescriptor.buildFrom(file, uses);
          made.put(file.getName(), one);
          services.addAll(one.getServices());
        }
      }
    } catch (IOException | DescriptorValidationException e) {
      problems.add(block.position(GrpcKeys.DESCRIPTOR_SET), String.valueOf(e.getMessage()));
      return null;
    }
    for (ServiceDescriptor one : services) {
      if (one.getFullName().equals(service) || one.getName().equals(service)) {
        MethodDescriptor found = one.findMethodByName(method);
        if (found == null) {
          problems.add(
              block.position("method"),
              "%s has no method \"%s\"%s"
                  .formatted(
                      one.getFullName(),
                      method,
                      Spelling.hint(
                          method,
                          one.getMethods().stream().map(MethodDescriptor::getName).toList())));
        }
        return found;
      }
    }
    problems.add(block.position("service"), "there is no service \"" + service + "\"");
    return null;
  }

  private String text(String key) {
    String text = block.text(key);
    return text == null ? "" : text.strip();
  }
}
