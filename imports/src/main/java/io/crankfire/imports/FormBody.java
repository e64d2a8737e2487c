package io.crankfire.imports;

import java.util.List;
import java.util.Locale;

/// Bodies of forms made of their fields.
final class FormBody {
  private FormBody() {}

  /// The media type of plain forms.
  static final String URL_ENCODED = "application/x-www-form-urlencoded";

  private static final String BOUNDARY = "crankfire-form-boundary";

  /// The media type of what [#multipart] makes.
  static final String MULTIPART = "multipart/form-data; boundary=" + BOUNDARY;

  /// A field with its value.
  ///
  /// @param type its media type; empty if none is said
  record Field(String name, String value, String type) {
    Field(String name, String value) {
      this(name, value, "");
    }
  }

  static boolean isForm(String mime) {
    return mime.toLowerCase(Locale.ROOT).startsWith(URL_ENCODED);
  }

  /// Names and values, encoded, joined by `&`.
  static String urlEncoded(List<Field> fields) {
    StringBuilder body = new StringBuilder();
    for (Field field : fields) {
      body.append(body.isEmpty() ? "" : "&")
          .append(WebAddress.formEncoded(field.name))
          .append('=')
          .append(WebAddress.formEncoded(field.value));
    }
    return body.toString();
  }

  /// A multipart body of texts (RFC 7578), to be sent as [#MULTIPART].
  static String multipart(List<Field> fields) {
    StringBuilder body = new StringBuilder();
    for (Field field : fields) {
      body.append("--").append(BOUNDARY).append("\r\nContent-Disposition: form-data; name=\"");
      body.append(field.name.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A"));
      body.append("\"\r\n");
      if (!field.type.isEmpty()) {
        body.append("Content-Type: ").append(field.type).append("\r\n");
      }
      body.append("\r\n").append(field.value).append("\r\n");
    }
    return body.append("--").append(BOUNDARY).append("--\r\n").toString();
  }
}
