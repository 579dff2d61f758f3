/** What a user waits for, measured on a real store, with the raw client doing the same in the same run: start at {@code EndToEnd}. */
@NullMarked
package dev.rollcall.testing.benchmarks.endtoend;

import org.jspecify.annotations.NullMarked;
