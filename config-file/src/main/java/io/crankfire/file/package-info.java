/// Configuration files: YAML, JSON and TOML, read into [io.crankfire.config.ConfigNode]s that know
/// where they were written. The only package that knows a parser of these formats.
@NullMarked
package io.crankfire.file;

import org.jspecify.annotations.NullMarked;
