/** A registry inside the JVM, and the reference for what every other backend does. */
@NullMarked
package dev.rollcall.memory;

import org.jspecify.annotations.NullMarked;
