/// What to run: immutable, checked when made, and ignorant of how it is run.
@NullMarked
package io.crankfire.plan;

import org.jspecify.annotations.NullMarked;
