/// From a plan to a result: the one entry for the command line, tests and embedding.
@NullMarked
package io.crankfire.run;

import org.jspecify.annotations.NullMarked;
