/// Certificates made at run time and the TLS side of the test servers, its faults included.
@NullMarked
package io.crankfire.testkit.tls;

import org.jspecify.annotations.NullMarked;
