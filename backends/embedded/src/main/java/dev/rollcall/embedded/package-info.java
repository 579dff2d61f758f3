/** A ZooKeeper server inside the process, for a registry with nothing installed. */
@NullMarked
package dev.rollcall.embedded;

import org.jspecify.annotations.NullMarked;
