/// Judges a finished run. Pure functions.
@NullMarked
package io.crankfire.verdict;

import org.jspecify.annotations.NullMarked;
