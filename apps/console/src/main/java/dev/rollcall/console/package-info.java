/** A page that shows the registry as it is now, and what happened to it. */
@NullMarked
package dev.rollcall.console;

import org.jspecify.annotations.NullMarked;
