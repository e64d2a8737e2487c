package io.crankfire.cli;

import io.crankfire.imports.Imports;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Scripts for shells, made from the tables of flags.
final class Completion {
  private Completion() {}

  private static final Map<String, List<String>> CHOICES =
      Map.of(
          "--arrival-model", List.of("uniform", "poisson"),
          "--method", List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"),
          "--out", List.of("text=", "json=", "run="),
          "--pacing", List.of("economical", "default", "precise"),
          "--tls-min-version", List.of("1.2", "1.3"),
          "--transport", List.of("auto", "nio", "epoll"));

  static String bash() {
    String choices =
        CHOICES.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(choice ->
                "    %s) words=\"%s\" ;;\n"
                    .formatted(choice.getKey(), String.join(" ", choice.getValue())))
            .collect(Collectors.joining());
    return """
    # Completion of crankfire for bash: source <(crankfire completion bash)
    _crankfire() {
      local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} words=
      [ "$current" = "=" ] && current=
      [ "$previous" = "=" ] && previous=${COMP_WORDS[COMP_CWORD-2]}
      COMPREPLY=()
      case $previous in
    @choices@    @files@) COMPREPLY=($(compgen -f -- "$current")); return ;;
        @values@) return ;;
        help) words="@commands@" ;;
        completion) words="bash zsh" ;;
        *)
          case ${COMP_WORDS[1]} in
            plan) words="--requests @run@" ;;
            import)
              words="@import@"
              [ "$COMP_CWORD" -eq 2 ] && words="@kinds@"
              [ "$COMP_CWORD" -eq 2 ] || [ "${current:0:1}" = - ] || { COMPREPLY=($(compgen -f -- "$current")); return; } ;;
            report)
              [ "${current:0:1}" = - ] || { COMPREPLY=($(compgen -f -- "$current")); return; }
              words="@report@" ;;
            validate)
              [ "${current:0:1}" = - ] || { COMPREPLY=($(compgen -f -- "$current")); return; }
              words="@validate@" ;;
            init)
              [ "${current:0:1}" = - ] || { COMPREPLY=($(compgen -f -- "$current")); return; }
              words="@init@" ;;
            demo|version|help|completion) words="--help" ;;
            *) words="@run@"; [ "$COMP_CWORD" -eq 1 ] && words="@commands@ $words" ;;
          esac ;;
      esac
      COMPREPLY=($(compgen -W "$words" -- "$current"))
      case ${COMPREPLY[0]} in *=) compopt -o nospace ;; esac
    }
    complete -F _crankfire crankfire ./crankfire
    """
        .replace("@choices@", choices)
        .replace(
            "@files@",
            String.join(
                "|",
                Stream.concat(Flags.RUN.stream(), Flags.IMPORT.stream())
                    .filter(Completion::takesFile)
                    .map(Flag::name)
                    .toList()))
        .replace("@values@", String.join("|", othersWithValue()))
        .replace("@commands@", String.join(" ", Cli.COMMANDS))
        .replace("@validate@", String.join(" ", names(Flags.VALIDATE)))
        .replace("@init@", String.join(" ", names(Flags.INIT)))
        .replace("@import@", String.join(" ", names(Flags.IMPORT)))
        .replace("@kinds@", String.join(" ", Imports.Kind.words()))
        .replace("@report@", String.join(" ", names(Flags.REPORT)))
        .replace("@run@", String.join(" ", names(Flags.RUN)));
  }

  static String zsh() {
    return """
    #compdef crankfire
    # Completion of crankfire for zsh: put this file, named _crankfire, into a folder of $fpath.
    _crankfire() {
      local -a run report validate init imports
      run=(
    @run@  )
      report=(
    @report@  )
      validate=(
    @validate@  )
      init=(
    @init@  )
      imports=(
    @import@  )
      if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
        _values command @commands@
        return
      fi
      case $words[2] in
        import) _arguments $imports '2:kind:(@kinds@)' '*:file:_files' ;;
        report) _arguments $report '*:saved run:_files' ;;
        validate) _arguments $validate '*:configuration file:_files' ;;
        init) _arguments $init '1:configuration file:_files' ;;
        completion) _values shell bash zsh ;;
        help) _values command @commands@ ;;
        demo|version) ;;
        run) shift words; (( CURRENT-- )); _arguments $run ;;
        plan)
          shift words; (( CURRENT-- ))
          _arguments $run '--requests=[requests shown in full]:N:' ;;
        *) _arguments $run ;;
      esac
    }
    if [ "$funcstack[1]" = _crankfire ]; then _crankfire "$@"; else compdef _crankfire crankfire; fi
    """
        .replace("@run@", zshFlags(Flags.RUN))
        .replace("@report@", zshFlags(Flags.REPORT))
        .replace("@validate@", zshFlags(Flags.VALIDATE))
        .replace("@init@", zshFlags(Flags.INIT))
        .replace("@import@", zshFlags(Flags.IMPORT))
        .replace("@kinds@", String.join(" ", Imports.Kind.words()))
        .replace("@commands@", String.join(" ", Cli.COMMANDS));
  }

  private static String zshFlags(List<Flag> flags) {
    StringBuilder lines = new StringBuilder();
    for (Flag flag : flags) {
      String help =
          flag.help().replace("'", "").replace("[", "(").replace("]", ")").replace(":", "\\:");
      String value =
          flag.takesValue()
              ? ":" + flag.label().replace("'", "").replace(":", "\\:") + ":" + zshValues(flag)
              : "";
      String repeat = flag.kind() == Flag.Kind.LIST ? "*" : "";
      String equals = flag.takesValue() ? "=" : "";
      lines.append("    '%s%s%s[%s]%s'\n".formatted(repeat, flag.name(), equals, help, value));
      if (flag.letter() != 0) {
        lines.append(
            "    '%s-%s%s[%s]%s'\n"
                .formatted(repeat, flag.letter(), flag.takesValue() ? "+" : "", help, value));
      }
    }
    return lines.toString();
  }

  private static String zshValues(Flag flag) {
    List<String> choices = CHOICES.get(flag.name());
    if (choices != null) {
      return "(" + String.join(" ", choices) + ")";
    }
    return takesFile(flag) ? "_files" : "";
  }

  private static boolean takesFile(Flag flag) {
    return flag.label().equals("FILE") || flag.label().equals("PATH");
  }

  private static List<String> othersWithValue() {
    return Flags.RUN.stream()
        .filter(flag -> flag.takesValue() && !takesFile(flag) && !CHOICES.containsKey(flag.name()))
        .flatMap(flag ->
            flag.letter() == 0
                ? Stream.of(flag.name())
                : Stream.of(flag.name(), "-" + flag.letter()))
        .toList();
  }

  private static List<String> names(List<Flag> flags) {
    return flags.stream().map(Flag::name).toList();
  }
}
