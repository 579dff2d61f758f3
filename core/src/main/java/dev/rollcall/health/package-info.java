/**
 * Whether an instance can serve, which is more than whether its process breathes: health checks on the provider's side
 * ({@link dev.rollcall.health.HealthCheck}), which gate the status that consumers see.
 */
@NullMarked
package dev.rollcall.health;

import org.jspecify.annotations.NullMarked;
