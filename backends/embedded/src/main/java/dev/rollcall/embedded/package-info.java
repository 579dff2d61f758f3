/**
 * A registry with nothing installed: a ZooKeeper server inside the process, for {@code embedded:} URIs and for those who
 * want to serve it to others ({@link dev.rollcall.embedded.EmbeddedRegistry}).
 */
@NullMarked
package dev.rollcall.embedded;

import org.jspecify.annotations.NullMarked;
