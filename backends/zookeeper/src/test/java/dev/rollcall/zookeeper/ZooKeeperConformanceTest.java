package dev.rollcall.zookeeper;

import dev.rollcall.tck.Conformance;
import dev.rollcall.tck.ProcessGuarantees;
import dev.rollcall.tck.StoreUnderTest;

/** The conformance kit on one real server. */
class ZooKeeperConformanceTest extends Conformance implements ProcessGuarantees {
    @Override
    protected StoreUnderTest openStore() {
        return new ZooKeeperUnderTest(1);
    }
}
