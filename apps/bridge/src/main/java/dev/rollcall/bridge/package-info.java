/** Mirrors services from one store or layout to another. */
@NullMarked
package dev.rollcall.bridge;

import org.jspecify.annotations.NullMarked;
