/** The conformance kit: one test a guarantee, that every backend must pass. */
@NullMarked
package dev.rollcall.testing.tck;

import org.jspecify.annotations.NullMarked;
