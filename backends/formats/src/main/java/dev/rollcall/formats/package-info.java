/** How other ecosystems write an instance, where more than one store's users write it so. */
@NullMarked
package dev.rollcall.formats;

import org.jspecify.annotations.NullMarked;
