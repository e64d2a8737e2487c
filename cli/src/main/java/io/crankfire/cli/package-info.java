/// The command line: commands, wiring of the modules, exit codes.
///
/// The only package that touches the standard streams, the environment and the exit of the process.
@NullMarked
package io.crankfire.cli;

import org.jspecify.annotations.NullMarked;
