/** Rollcall on a ZooKeeper ensemble, over Apache Curator. */
@NullMarked
package dev.rollcall.zookeeper;

import org.jspecify.annotations.NullMarked;
