/** What choosing one instance of many costs, against floors and peers in the same run. */
@NullMarked
package dev.rollcall.testing.benchmarks.picks;

import org.jspecify.annotations.NullMarked;
