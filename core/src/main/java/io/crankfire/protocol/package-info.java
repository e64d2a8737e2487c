/// The contract between the engine and a protocol.
@NullMarked
package io.crankfire.protocol;

import org.jspecify.annotations.NullMarked;
