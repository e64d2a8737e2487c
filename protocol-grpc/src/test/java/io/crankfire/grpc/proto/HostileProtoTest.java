package io.crankfire.grpc.proto;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever a file holds, its compilation ends, with a descriptor or with faults that are said.
class HostileProtoTest {

  @TempDir Path folder;

  static List<Arguments> hostile() {
    String three = "syntax = \"proto3\";\n";
    return List.of(
        Arguments.argumentSet("messages nest without end", three + "message A {".repeat(100_000)),
        Arguments.argumentSet(
            "options nest without end", three + "option (a) = " + "{a:".repeat(100_000)),
        Arguments.argumentSet(
            "lists nest without end", three + "option (a) = {a:" + "[".repeat(100_000)),
        Arguments.argumentSet("braces without end", three + "}".repeat(200_000)),
        Arguments.argumentSet("control characters", three + "\u0001".repeat(200_000)),
        Arguments.argumentSet("names without end", three + "message " + "a.".repeat(200_000)),
        Arguments.argumentSet(
            "a number without end",
            three + "message M { int32 a = " + "9".repeat(1_000_000) + "; }"),
        Arguments.argumentSet(
            "an octal number without end",
            three + "message M { int32 a = " + "0".repeat(1_000_000) + "8; }"),
        Arguments.argumentSet(
            "a fraction without end",
            "message M { optional double a = 1 [default = 0." + "3".repeat(300_000) + "]; }"),
        Arguments.argumentSet(
            "an exponent without end",
            "message M { optional double a = 1 [default = 1e" + "9".repeat(400) + "]; }"),
        Arguments.argumentSet(
            "groups nest without end", "message M {" + "optional group A = 1 {".repeat(100_000)),
        Arguments.argumentSet(
            "faults without end", three + "message M { " + "x y z;\n".repeat(50_000) + "}"),
        Arguments.argumentSet(
            "quotes without end",
            three + "option java_package = " + "\"a\" ".repeat(100_000) + ";"),
        Arguments.argumentSet("nothing", ""));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void whateverAFileHoldsItEnds(String text) throws IOException {
    compile(text);
  }

  @Test
  void anyChangeOfAFileIsCompiledOrSaid() throws IOException {
    long seed = 20_261_123;
    Random random = new Random(seed);
    Path corpus = Path.of("src", "test", "proto", "features");
    for (String name : List.of("proto2.proto", "proto3.proto", "edition2023.proto")) {
      String text = Files.readString(corpus.resolve(name));
      for (int round = 0; round < 60; round++) {
        StringBuilder changed = new StringBuilder(text);
        for (int change = random.nextInt(3); change >= 0; change--) {
          int at = random.nextInt(changed.length() - 20);
          int other = random.nextInt(changed.length() - 20);
          switch (random.nextInt(4)) {
            case 0 -> changed.delete(at, at + 1 + random.nextInt(19));
            case 1 -> changed.insert(at, changed.substring(other, other + random.nextInt(20)));
            case 2 ->
                changed.setCharAt(at, "{}[]()<>;=\"'.,-0x\u00e9\u0000".charAt(random.nextInt(19)));
            default -> changed.setLength(Math.max(20, at));
          }
          if (changed.length() < 40) {
            changed.append(text);
          }
        }
        try {
          compile(changed.toString());
        } catch (RuntimeException | Error e) {
          throw new AssertionError(
              "seed %d, %s, round %d:%n%s".formatted(seed, name, round, changed), e);
        }
      }
    }
  }

  private void compile(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("a.proto"), text);
    Problems problems = new Problems();
    var compiled =
        new ProtoCompiler(List.of(Path.of("src", "test", "proto", "features")), problems)
            .compile(file, Position.flag("f"));

    assertThat(compiled == null).isEqualTo(!problems.isEmpty());
    assertThat(problems.all()).hasSizeLessThanOrEqualTo(101);
  }
}
