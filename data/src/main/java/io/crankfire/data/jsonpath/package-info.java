/// Values found in JSON by paths: those of RFC 9535, and the dotted ones of the Go tool. Knows
/// nothing else of ours.
@NullMarked
package io.crankfire.data.jsonpath;

import org.jspecify.annotations.NullMarked;
