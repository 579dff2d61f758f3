/**
 * Whether an instance can serve, which is more than whether its process breathes: health checks on the provider's side
 * ({@link dev.rollcall.health.HealthCheck}), which gate the status that consumers see. And whether it is who the registry
 * says: identity checks on the consumer's side ({@link dev.rollcall.health.IdentityCheck}).
 */
@NullMarked
package dev.rollcall.health;

import org.jspecify.annotations.NullMarked;
