/** Benchmarks that compare Rollcall with a floor and with its peers in one run. */
@NullMarked
package dev.rollcall.testing.benchmarks;

import org.jspecify.annotations.NullMarked;
