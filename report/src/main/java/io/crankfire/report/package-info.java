/// What a finished run looks like to people and programs. Everything shown is a pure function of a
/// [io.crankfire.result.RunResult]; only writing touches files.
@NullMarked
package io.crankfire.report;

import org.jspecify.annotations.NullMarked;
