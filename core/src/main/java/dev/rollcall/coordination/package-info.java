/**
 * What one process at a time does or has: start at {@link dev.rollcall.coordination.LeaderElection} and {@link
 * dev.rollcall.coordination.DistributedLock}.
 */
@NullMarked
package dev.rollcall.coordination;

import org.jspecify.annotations.NullMarked;
