/// HTTP: requests compiled to bytes, connections kept, responses read strictly (RFC 9110, RFC
/// 9112).
@NullMarked
package io.crankfire.http;

import org.jspecify.annotations.NullMarked;
