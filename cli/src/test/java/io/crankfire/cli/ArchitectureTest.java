package io.crankfire.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The directions in which the packages may depend on each other. This module sees all the others.
class ArchitectureTest {
  private static final String OURS = "io.crankfire..";

  /// The packages that hold one protocol each. The package `io.crankfire.protocol` is their
  /// contract.
  private static final String[] PROTOCOLS = {
    "io.crankfire.http..",
    "io.crankfire.http2..",
    "io.crankfire.websocket..",
    "io.crankfire.sse..",
    "io.crankfire.http3..",
    "io.crankfire.grpc.."
  };

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.crankfire");

  private static final Map<String, Set<String>> TIME_READERS =
      Map.of(
          "java.lang.System", Set.of("nanoTime", "currentTimeMillis"),
          "java.time.Instant", Set.of("now"),
          "java.time.LocalDate", Set.of("now"),
          "java.time.LocalTime", Set.of("now"),
          "java.time.LocalDateTime", Set.of("now"),
          "java.time.OffsetDateTime", Set.of("now"),
          "java.time.ZonedDateTime", Set.of("now"),
          "java.time.Clock", Set.of("systemUTC", "systemDefaultZone", "system"));

  private static final Map<String, Set<String>> PROCESS_WIDE =
      Map.of(
          "java.lang.System",
          Set.of("in", "out", "err", "setIn", "setOut", "setErr", "exit", "getenv", "console"),
          "java.lang.Runtime",
          Set.of("exit", "halt", "addShutdownHook"));

  static Stream<Named<ArchRule>> rules() {
    return Stream.of(
            noClasses()
                .that()
                .resideInAPackage("io.crankfire.plan..")
                .should()
                .dependOnClassesThat(
                    oursOutside(
                        "io.crankfire.plan..", "io.crankfire.template..", "io.crankfire.metrics.."))
                .because("a plan is data: what to run and measure, known to everybody"),
            noClasses()
                .that()
                .resideInAPackage("io.crankfire.template..")
                .should()
                .dependOnClassesThat(oursOutside("io.crankfire.template.."))
                .because("what fills a request and looks at a response is bytes in, bytes out"),
            noClasses()
                .that()
                .resideInAPackage("io.crankfire.metrics..")
                .should()
                .dependOnClassesThat(oursOutside("io.crankfire.metrics.."))
                .because("metrics are numbers, whatever they were measured on"),
            noClasses()
                .that()
                .resideInAnyPackage(PROTOCOLS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                    "io.crankfire.engine..",
                    "io.crankfire.run..",
                    "io.crankfire.cli..",
                    "io.crankfire.report..",
                    "io.crankfire.verdict..")
                .because("a protocol moves bytes and knows neither who asked nor who will judge"),
            noClasses()
                .that()
                .resideInAPackage("io.crankfire.http..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                    "io.crankfire.websocket..",
                    "io.crankfire.sse..",
                    "io.crankfire.http3..",
                    "io.crankfire.grpc..")
                .because("no protocol knows another"),
            noClasses()
                .that()
                .resideInAPackage("io.crankfire.http2..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                    "io.crankfire.http..",
                    "io.crankfire.websocket..",
                    "io.crankfire.sse..",
                    "io.crankfire.grpc..")
                .because("HTTP/2 carries streams, whatever they mean"),
            noClasses()
                .that()
                .resideInAPackage("io.crankfire.websocket..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                    "io.crankfire.sse..", "io.crankfire.http3..", "io.crankfire.grpc..")
                .because("a WebSocket begins with a request of HTTP, and knows no other protocol"),
            noClasses()
                .that()
                .resideInAPackage("io.crankfire.sse..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                    "io.crankfire.websocket..", "io.crankfire.http3..", "io.crankfire.grpc..")
                .because("a stream of events is a response of HTTP, and knows no other protocol"),
            noClasses()
                .that()
                .resideInAPackage("io.crankfire.http3..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.crankfire.http..", "io.crankfire.grpc..")
                .because("no protocol knows another"),
            noClasses()
                .that()
                .resideInAPackage("io.crankfire.grpc..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.crankfire.http3..")
                .because("gRPC speaks through the HTTP/2 of the http protocol, and knows no other"),
            noClasses()
                .that()
                .resideInAPackage("io.crankfire.auth..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(PROTOCOLS)
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage(
                    "io.crankfire.engine..",
                    "io.crankfire.run..",
                    "io.crankfire.cli..",
                    "io.crankfire.report..")
                .because("a credential is a value in a header, whoever sends it"),
            noClasses()
                .that()
                .resideOutsideOfPackages("io.crankfire.auth..", "io.crankfire.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.crankfire.auth..")
                .because("a run without an auth block loads nothing of it"),
            noClasses()
                .that()
                .resideInAPackage("io.crankfire.protocol..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(PROTOCOLS)
                .because("the contract comes before those who fulfil it"),
            noClasses()
                .that()
                .resideInAPackage("io.crankfire.engine..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(PROTOCOLS)
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("tools.jackson..", "org.snakeyaml..", "com.google.protobuf..")
                .because("the engine drives exchanges, and what they carry is not its business"),
            noClasses()
                .that()
                .resideInAnyPackage(
                    "io.crankfire.report..", "io.crankfire.result..", "io.crankfire.verdict..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                    "io.crankfire.net..", "io.crankfire.run..", "io.crankfire.engine..")
                .because("a finished run is judged and reported from its data alone, at any time"),
            noClasses()
                .that()
                .resideOutsideOfPackage("io.crankfire.http3..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .because("Netty is there for QUIC, and costs memory and start-up time elsewhere"),
            noClasses()
                .that()
                .resideOutsideOfPackages("io.crankfire.file..", "io.crankfire.imports..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.snakeyaml..", "org.tomlj..")
                .because("a configuration is a tree of nodes, whatever it was written in"),
            noClasses()
                .that()
                .resideInAPackage("io.crankfire.file..")
                .should()
                .dependOnClassesThat(oursOutside("io.crankfire.file..", "io.crankfire.config.."))
                .because("who reads a file need not know what its settings mean"),
            noClasses()
                .that()
                .resideOutsideOfPackage("io.crankfire.cli..")
                .should()
                .accessTargetWhere(memberOf(PROCESS_WIDE))
                .because(
                    "streams, environment and exit belong to the process, so to its main module"),
            noClasses()
                .that(describe("are not Clock", type -> !isClock(type)))
                .and()
                .resideOutsideOfPackage("io.crankfire.testkit..")
                .should()
                .accessTargetWhere(memberOf(TIME_READERS))
                .because("time is a parameter: a rule about time has a test that takes no time"),
            slices()
                .matching("io.crankfire.(*)..")
                .should()
                .beFreeOfCycles()
                .because("a package in a cycle cannot be understood, tested or moved alone"),
            classes()
                .should(resideInANullMarkedPackage())
                .because("null is annotated or absent, and package-info.java says so"),
            noClasses()
                .that(describe("are top-level", JavaClass::isTopLevelClass))
                .should()
                .haveSimpleNameEndingWith("Impl")
                .orShould()
                .haveNameMatching(".*\\.\\w*(Manager|Helper|Util|Utils)")
                .orShould()
                .haveNameMatching(".*\\.(Abstract|Base)[A-Z]\\w*")
                .because("a name says what a thing is in the field's nouns"))
        .map(rule -> Named.of(rule.getDescription(), rule));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void theDirectionsHold(ArchRule rule) {
    rule.allowEmptyShould(true).check(CLASSES);
  }

  @Test
  void theRulesSeeEveryModule() {
    assertThat(CLASSES.stream().map(JavaClass::getPackageName)).contains("io.crankfire.cli");
  }

  private static DescribedPredicate<JavaClass> oursOutside(String... itself) {
    return resideInAPackage(OURS)
        .and(DescribedPredicate.not(resideInAnyPackage(itself)))
        .as("are ours, outside of %s", String.join(" and ", itself));
  }

  private static DescribedPredicate<JavaAccess<?>> memberOf(Map<String, Set<String>> members) {
    return describe(
        "its target is one of " + members,
        access ->
            members
                .getOrDefault(access.getTargetOwner().getName(), Set.of())
                .contains(access.getTarget().getName()));
  }

  /// The time's reader is the class `Clock` of the network, with all that is nested in it. The
  /// testkit measures on its own, independently of what it tests.
  private static boolean isClock(JavaClass type) {
    return type.getName().equals("io.crankfire.net.Clock")
        || type.getName().startsWith("io.crankfire.net.Clock$")
        || type.getPackageName().startsWith("io.crankfire.testkit");
  }

  private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
    return new ArchCondition<>("reside in a package that is @NullMarked") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        events.add(
            new SimpleConditionEvent(
                type,
                type.getPackage().tryGetPackageInfo().isPresent()
                    && type.getPackage().isAnnotatedWith(NullMarked.class),
                type.getPackageName() + " is not @NullMarked (" + type.getName() + ")"));
      }
    };
  }
}
