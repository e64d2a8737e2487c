/// What a run found out. Data only.
@NullMarked
package io.crankfire.result;

import org.jspecify.annotations.NullMarked;
