/**
 * Registering and discovering services: start at {@link dev.rollcall.Rollcall}.
 *
 * <p>Values ({@link dev.rollcall.Instance}, {@link dev.rollcall.Endpoint}, {@link dev.rollcall.Snapshot}) are immutable.
 * Handles ({@link dev.rollcall.Rollcall}, {@link dev.rollcall.Registration}, {@link dev.rollcall.Live}) are safe for use
 * by many threads and are closed by whoever opened them.
 */
@NullMarked
package dev.rollcall;

import org.jspecify.annotations.NullMarked;
