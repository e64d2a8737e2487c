/// What every protocol promises the engine, as tests that it inherits, and the means to drive a
/// requester without an engine.
@NullMarked
package io.crankfire.testkit.contract;

import org.jspecify.annotations.NullMarked;
