/** Rollcall beside the unchanged clients of other ecosystems, on real servers: each sees what the other registers, and follows it. */
@org.jspecify.annotations.NullMarked
package dev.rollcall.testing.interop;
