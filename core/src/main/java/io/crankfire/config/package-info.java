/// Configuration as a tree of values that know where they came from, and the problems found in it.
/// Knows no file format.
@NullMarked
package io.crankfire.config;

import org.jspecify.annotations.NullMarked;
