/// What of a configuration needs libraries that the core does without: feeders read from CSV and
/// JSON files, extractors and checks by JSON paths and regular expressions.
@NullMarked
package io.crankfire.data;

import org.jspecify.annotations.NullMarked;
