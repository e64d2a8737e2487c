package io.crankfire.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TemplateTest {

  private static final long TIME = 1_795_376_283_045L; // 2026-11-22T19:38:03.045Z

  /// `token` is extracted, `user` and `note` come from the feeder `users`, `both` from both.
  private static final class Setting {
    final Names names = new Names(Map.of("STAGE", "blue \"1\"")::get);
    final List<String> unknown = new ArrayList<>();
    final Variables variables;

    Setting() {
      int token = names.variable("token");
      int both = names.variable("both");
      names.variable("unset");
      names.add(
          new Feeder(
              "users",
              List.of("user", "note", "both", "First Name", "a:b", "empty", "none"),
              List.<byte[][]>of(
                  new byte[][] {
                    utf8("zoë & co"),
                    utf8("say \"{{token}}\"\n\u0001"),
                    utf8("fed"),
                    utf8("Ann"),
                    utf8("colon"),
                    utf8(""),
                    null
                  }),
              Feeder.Policy.LOOP));
      variables = new Variables(names, 7, () -> TIME);
      variables.set(token, utf8("t-1"));
      variables.set(both, utf8("extracted"));
      variables.begin(3, 41);
    }

    String filled(String text) {
      return Template.compile(text, names, unknown::add).text(variables);
    }
  }

  static Stream<Arguments> texts() {
    return Stream.of(
        arguments("a text without placeholders stays", "plain } text }}", "plain } text }}"),
        arguments("an empty text stays empty", "", ""),
        arguments("a variable", "Bearer {{token}}", "Bearer t-1"),
        arguments("a feeder's column", "{{user}}", "zoë & co"),
        arguments("blanks inside the braces do not count (W54)", "{{ token }}", "t-1"),
        arguments(
            "a dot before the name does not count (W54)", "{{.token}}{{ .user }}", "t-1zoë & co"),
        arguments("a column by its feeder's name", "{{users.user}}", "zoë & co"),
        arguments("a column with a blank in its name", "{{First Name}}", "Ann"),
        arguments("a column with a colon in its name", "{{a:b}} {{a:b:url}}", "colon colon"),
        arguments("two side by side", "{{token}}{{token}}", "t-1t-1"),
        arguments("the variable wins over the record", "{{both}}", "extracted"),
        arguments("the record wins over the default", "{{user|x}}", "zoë & co"),
        arguments("a default for what is not set", "{{unset|guest}}", "guest"),
        arguments("a default for what nothing sets", "{{nobody|guest}}", "guest"),
        arguments("a default for what the record does not have", "{{none|guest}}", "guest"),
        arguments("an empty value is a value", "[{{empty|guest}}]", "[]"),
        arguments("an empty default", "[{{nobody|}}]", "[]"),
        arguments("a default keeps its blanks", "[{{nobody| a b }}]", "[ a b ]"),
        arguments("spaced braces do not give the default blanks", "[{{ nobody | a b }}]", "[a b]"),
        arguments("a default with a bar in it", "{{nobody|a|b}}", "a|b"),
        arguments("a default can be braces", "{{nobody|{{}}name", "{{name"),
        arguments(
            "a value is not searched for placeholders", "{{note}}", "say \"{{token}}\"\n\u0001"),
        arguments("escaped for a URL", "/{{user:url}}", "/zo%C3%AB%20%26%20co"),
        arguments("escaped for JSON", "{{note:json}}", "say \\\"{{token}}\\\"\\n\\u0001"),
        arguments("as Base64 of one byte left over", "{{x:base64|abcd}}", "YWJjZA=="),
        arguments("as Base64 of two bytes left over", "{{both:base64}}", "ZXh0cmFjdGVk"),
        arguments("as Base64 of nothing", "[{{empty:base64}}]", "[]"),
        arguments("a default is escaped like a value", "{{nobody:url|x y}}", "x%20y"),
        arguments("an unset variable's default, too", "{{unset:url|x y}}", "x%20y"),
        arguments("escape and blanks", "{{ user : url | - }}", "zo%C3%AB%20%26%20co"),
        arguments("an unset variable stays as it is", "{{ unset:url }}", "{{ unset:url }}"),
        arguments("an unknown name stays as it is", "a {{nobody}} b", "a {{nobody}} b"),
        arguments("of three braces the last two count", "{\"a\":{{{token}}}}", "{\"a\":{t-1}}"),
        arguments("braces before a quote are text", "{{\"a\":1}} {{{", "{{\"a\":1}} {{{"),
        arguments("braces of another language are text", "{{#if x}}{{/if}}", "{{#if x}}{{/if}}"),
        arguments("an expression of another language stays", "{{ a ? b : c }}", "{{ a ? b : c }}"),
        arguments("the iteration", "{{$seq}}", "41"),
        arguments("the session", "{{$session}}", "3"),
        arguments("the time in milliseconds", "{{$epoch_ms}}", "1795376283045"),
        arguments("the time of day", "{{$now}}", "2026-11-22T19:38:03.045Z"),
        arguments("a date", "{{$now(yyyy-MM-dd)}}", "2026-11-22"),
        arguments("a time with a text", "{{$now(HH:mm 'o''clock')}}", "19:38 o'clock"),
        arguments("a doubled quote is a quote", "{{$now(ss''SSS)}}", "03'045"),
        arguments("an unusual pattern", "{{$now(EEE d MMM)}}", "Sun 22 Nov"),
        arguments("a time, escaped", "{{$now(HH:mm):url}}", "19%3A38"),
        arguments("a time with a bar in its pattern and a default", "{{$now(HH|mm)|x}}", "19|38"),
        arguments("the environment", "{{$env(STAGE)}}", "blue \"1\""),
        arguments("the environment, escaped", "{{$env(STAGE):json}}", "blue \\\"1\\\""),
        arguments("an environment variable that is not set", "{{$env(NONE)|d}}", "d"),
        arguments("an only choice", "{{$random_choice( red )}}", "red"),
        arguments("an only number", "{{$random_int(-5,-5)}}", "-5"),
        arguments("an unknown built-in's default", "{{$guid|none}}", "none"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("texts")
  void isFilled(String what, String text, String expected) {
    assertThat(new Setting().filled(text)).as(what).isEqualTo(expected);
  }

  @Test
  void bracesThatBeginNothingCostNoMoreThanOtherText() {
    String text = "{{\"".repeat(300_000);

    assertThat(new Setting().filled(text)).isEqualTo(text);
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        arguments("x{{token", "the placeholder {{token at character 2: it is not closed"),
        arguments("{{token {{user}}", "another one begins inside of it"),
        arguments("{{nobody|{{user}}}}", "another one begins inside of it"),
        arguments("{{}}", "there is no name in it"),
        arguments("{{ }}", "there is no name in it"),
        arguments("{{|x}}", "there is no name in it"),
        arguments("{{:url}}", "there is no name in it"),
        arguments("{{user:urll}}", "\"urll\" is no way to escape a value: use url, json or base64"),
        arguments("{{user:}}", "\"\" is no way to escape"),
        arguments("{{$uuid(1)}}", "$uuid takes nothing in parentheses"),
        arguments("{{$random_int}}", "$random_int takes two whole numbers"),
        arguments("{{$random_int(1)}}", "$random_int takes two whole numbers"),
        arguments("{{$random_int(1,x)}}", "$random_int takes two whole numbers"),
        arguments("{{$random_int(6,1)}}", "the smaller number comes first"),
        arguments("{{$random_choice()}}", "$random_choice takes what to choose from"),
        arguments("{{$env}}", "$env takes the name of a variable"),
        arguments("{{$now(qqqqqqq)}}", "\"qqqqqqq\" is no date and time pattern"),
        arguments("{{$now(HH}}", "a parenthesis is not closed"),
        arguments("{{$now(HH)x}}", "after the parenthesis comes :escape or |default, not \"x\""));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void aMalformedPlaceholderIsAnErrorSayingHow(String text, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Setting().filled(text))
        .withMessageContaining(message);
  }

  @Test
  void unknownNamesAreNotedOnceEachAndCountedEachTime() {
    Setting setting = new Setting();
    Template template =
        Template.compile(
            "{{nobody}} {{unset}} {{token}} {{$env(NONE)}} {{x|y}}",
            setting.names,
            setting.unknown::add);
    assertThat(setting.unknown).containsExactly("nobody", "$env(NONE)");
    assertThat(template.isConstant()).isFalse();
    setting.variables.takeUnresolved();
    template.text(setting.variables);
    template.text(setting.variables);
    assertThat(setting.variables.takeUnresolved()).isEqualTo(6);
  }

  @Test
  void whatIsKnownBeforeTheRunIsConstant() {
    Setting setting = new Setting();
    for (String text : List.of("", "x", "{{{", "{{$env(STAGE)}}-{{nobody:url|a b}}")) {
      assertThat(Template.compile(text, setting.names, setting.unknown::add).isConstant())
          .as(text)
          .isTrue();
    }
    assertThat(Template.compile("{{$seq}}", setting.names, _ -> {}).isConstant()).isFalse();
  }

  @Test
  void theLengthIsThatOfTheValuesAndNotOfThePlaceholders() { // W1
    Setting setting = new Setting();
    ByteSink sink = new ByteSink(1);
    Template.compile("{\"u\":\"{{user:json}}\"}", setting.names, _ -> {})
        .write(sink, setting.variables);
    assertThat(sink.size()).isEqualTo(utf8("{\"u\":\"zoë & co\"}").length);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
