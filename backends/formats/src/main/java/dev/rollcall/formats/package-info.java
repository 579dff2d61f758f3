/**
 * How other ecosystems write an instance, where more than one store's users write it so: for backends. What reads and writes the bytes is
 * here ({@link dev.rollcall.formats.InstanceFormat}), where they are kept is the backend's.
 */
@NullMarked
package dev.rollcall.formats;

import org.jspecify.annotations.NullMarked;
