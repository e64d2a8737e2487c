package io.crankfire.grpc.proto;

import com.google.protobuf.DescriptorProtos.Edition;
import com.google.protobuf.DescriptorProtos.SymbolVisibility;
import io.crankfire.config.Spelling;
import java.util.List;

/// Reads a file: what it says, without asking whether it makes sense. A statement that is at fault
/// is left out, and the rest is read.
final class Parser extends MessageParser {

  private static final List<String> STATEMENTS =
      List.of(
          "syntax", "edition", "import", "package", "option", "message", "enum", "service",
          "extend", "export", "local");

  private Parser(Source source) {
    super(source);
  }

  /// Reads a file, noting its faults.
  static Ast.Unit parse(Source source) {
    Parser parser = new Parser(source);
    parser.file();
    return parser.unit;
  }

  private void file() {
    try {
      if (at("syntax") || at("edition")) {
        syntax();
      }
    } catch (Broken _) {
      skipStatement();
    }
    while (!atEnd()) {
      try {
        topLevel();
      } catch (Broken _) {
        skipStatement();
        if (at("}")) {
          lexer.advance();
        }
      }
    }
  }

  private void syntax() throws Broken {
    boolean edition = at("edition");
    lexer.advance();
    take("=");
    int at = lexer.from;
    String word = string(edition ? "an edition" : "\"proto2\" or \"proto3\"");
    if (edition) {
      Edition known = null;
      for (Edition each : Edition.values()) {
        if (each.getNumber() >= Edition.EDITION_2023.getNumber()
            && each.getNumber() < Edition.EDITION_UNSTABLE.getNumber()
            && each.name().equals("EDITION_" + word)) {
          known = each;
        }
      }
      if (known == null) {
        source.fault(
            at, "\"%s\" is no edition that is known; there are 2023 and 2024".formatted(word));
        known = Edition.EDITION_2023;
      }
      unit.edition = known;
    } else if (word.equals("proto3")) {
      unit.edition = Edition.EDITION_PROTO3;
    } else if (!word.equals("proto2")) {
      source.fault(
          at,
          "\"%s\" is no syntax: expected \"proto2\" or \"proto3\"%s"
              .formatted(word, Spelling.hint(word, List.of("proto2", "proto3"))));
      unit.edition = Edition.EDITION_PROTO3;
    }
    take(";");
  }

  private void topLevel() throws Broken {
    if (tryTake(";")) {
      return;
    }
    SymbolVisibility visibility = visibility();
    switch (at(Lexer.Kind.NAME) ? lexer.word() : "") {
      case "message" -> unit.types.messages.add(message(visibility, 1));
      case "enum" -> unit.types.enums.add(enumType(visibility));
      case "service" -> unit.services.add(service());
      case "extend" -> extend(unit.types, 1);
      case "import" -> importStatement();
      case "package" -> packageStatement();
      case "option" -> unit.options.add(statement());
      case "syntax", "edition" -> {
        source.fault(lexer.from, "must be the first statement, and there once");
        throw new Broken();
      }
      default -> throw none("a statement, such as message or service", STATEMENTS);
    }
  }

  private void packageStatement() throws Broken {
    int at = lexer.from;
    lexer.advance();
    String name = dottedName("a package's name");
    if (unit.pkgAt >= 0) {
      source.fault(at, "the package is given already, in line " + source.line(unit.pkgAt));
    } else if (name.startsWith(".")) {
      source.fault(at, "a package's name begins without a dot");
    } else {
      unit.pkg = name;
      unit.pkgAt = at;
    }
    take(";");
  }

  private void importStatement() throws Broken {
    lexer.advance();
    Ast.ImportKind kind = Ast.ImportKind.PLAIN;
    if (at("option")) {
      if (unit.edition.getNumber() < Edition.EDITION_2024.getNumber()) {
        source.fault(lexer.from, "import option is there from edition 2024 on");
      }
      kind = Ast.ImportKind.OPTION;
      lexer.advance();
    } else if (tryTake("public")) {
      kind = Ast.ImportKind.PUBLIC;
    } else if (at("weak")) {
      if (unit.edition.getNumber() >= Edition.EDITION_2024.getNumber()) {
        source.fault(lexer.from, "import weak is gone since edition 2024; see import option");
      }
      kind = Ast.ImportKind.WEAK;
      lexer.advance();
    }
    int at = lexer.from;
    String name = string("the file to import");
    unit.imports.add(new Ast.Import(name, kind, at));
    take(";");
  }

  private Ast.Service service() throws Broken {
    lexer.advance();
    int at = lexer.from;
    Ast.Service service = new Ast.Service(name("a service's name"), at);
    take("{");
    while (!closed("service", service.name)) {
      try {
        if (tryTake(";")) {
          continue;
        }
        if (at("option")) {
          service.options.add(statement());
        } else if (tryTake("rpc")) {
          service.methods.add(method());
        } else {
          throw none("rpc or option", List.of("rpc", "option"));
        }
      } catch (Broken _) {
        skipStatement();
      }
    }
    return service;
  }

  private Ast.Method method() throws Broken {
    int at = lexer.from;
    Ast.Method method = new Ast.Method(name("a method's name"), at);
    take("(");
    method.clientStreaming = tryTake("stream");
    method.inputAt = lexer.from;
    method.input = messageName();
    take(")");
    if (!tryTake("returns")) {
      throw none("returns", List.of("returns"));
    }
    take("(");
    method.serverStreaming = tryTake("stream");
    method.outputAt = lexer.from;
    method.output = messageName();
    take(")");
    if (tryTake("{")) {
      method.block = true;
      while (!closed("rpc", method.name)) {
        try {
          if (!tryTake(";")) {
            method.options.add(statement());
          }
        } catch (Broken _) {
          skipStatement();
        }
      }
    } else {
      take(";");
    }
    return method;
  }
}
