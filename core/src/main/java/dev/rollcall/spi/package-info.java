/**
 * What a store must offer to carry Rollcall: start at {@link dev.rollcall.spi.Backend}.
 *
 * <p>A backend moves bytes; everything that all stores have in common lives in the core: which instance is the latest,
 * when to try a failed write again, diffing, staleness, the disk snapshot, listeners. The conformance kit
 * ({@code rollcall-tck}) holds one test for each sentence of this package's contract.
 */
@NullMarked
package dev.rollcall.spi;

import org.jspecify.annotations.NullMarked;
