/** The conformance kit: one test a guarantee, that every backend must pass. */
@NullMarked
package dev.rollcall.tck;

import org.jspecify.annotations.NullMarked;
