/** A reverse proxy for HTTP and gRPC that follows the registry. */
@NullMarked
package dev.rollcall.gateway;

import org.jspecify.annotations.NullMarked;
