/** Requests through the gateway, beside other proxies. */
@NullMarked
package dev.rollcall.testing.benchmarks.gateway;

import org.jspecify.annotations.NullMarked;
