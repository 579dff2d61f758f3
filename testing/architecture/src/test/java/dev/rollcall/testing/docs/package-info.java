/** Holds the documents to what compiles and runs. */
@NullMarked
package dev.rollcall.testing.docs;

import org.jspecify.annotations.NullMarked;
