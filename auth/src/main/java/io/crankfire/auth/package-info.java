/// Credentials of requests: fixed ones, and tokens that are got before a run and renewed during it
/// (OAuth 2.0, RFC 6749). Nothing here is loaded by a run without an `auth` block.
@NullMarked
package io.crankfire.auth;

import org.jspecify.annotations.NullMarked;
