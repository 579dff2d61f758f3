/** The runtime behind the API. Not exported; changes without notice. */
@NullMarked
package dev.rollcall.internal;

import org.jspecify.annotations.NullMarked;
