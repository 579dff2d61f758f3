/**
 * Rollcall on a ZooKeeper ensemble, in the layout of Curator's service discovery: an ephemeral node
 * {@code /services/{service}/{id}} for each instance, so that Curator, Spring Cloud ZooKeeper and Rollcall see each other.
 *
 * <p>Curator keeps the session ({@code Connection}); requests go to the session's own handle, because owner checks,
 * pipelining and the order of events against replies are what the guarantees rest on, and that order is the handle's.
 */
@NullMarked
package dev.rollcall.zookeeper;

import org.jspecify.annotations.NullMarked;
