/**
 * Mirrors services from one store or layout to another, and compares the two: start at {@link dev.rollcall.bridge.Bridge} and
 * {@link dev.rollcall.bridge.Comparison}.
 */
@NullMarked
package dev.rollcall.bridge;

import org.jspecify.annotations.NullMarked;
