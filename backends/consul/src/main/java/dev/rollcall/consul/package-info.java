/** Rollcall on Consul's catalogue: {@link dev.rollcall.consul.ConsulBackendProvider} says what its URIs mean. */
@NullMarked
package dev.rollcall.consul;

import org.jspecify.annotations.NullMarked;
