/// What varies from one request to the next, and what is looked at in a response: placeholders,
/// variables, feeders, extractors, checks. Compiled before the run; bytes in, bytes out.
@NullMarked
package io.crankfire.template;

import org.jspecify.annotations.NullMarked;
