package dev.rollcall.zookeeper;

import dev.rollcall.tck.CoordinationConformance;
import dev.rollcall.tck.StoreUnderTest;

/** Elections and locks on one real server. */
class ZooKeeperCoordinationTest extends CoordinationConformance {
    @Override
    protected StoreUnderTest openStore() {
        return new ZooKeeperUnderTest(1);
    }
}
