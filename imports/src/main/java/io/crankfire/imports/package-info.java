/// Workloads made of what other tools have written: HAR recordings, curl commands, OpenAPI
/// descriptions, Postman collections. What comes out are configuration nodes with the keys of a
/// configuration file, so that everything else applies to them.
@NullMarked
package io.crankfire.imports;

import org.jspecify.annotations.NullMarked;
