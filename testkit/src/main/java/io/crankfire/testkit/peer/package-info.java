/// Servers of other people, started as processes when they are installed.
@NullMarked
package io.crankfire.testkit.peer;

import org.jspecify.annotations.NullMarked;
