/// Makes the parts of a plan out of a configuration: what is run, when, and what is done around it.
@NullMarked
package io.crankfire.bind;

import org.jspecify.annotations.NullMarked;
