package dev.rollcall.zookeeper;

import dev.rollcall.tck.LayoutConformance;
import dev.rollcall.tck.StoreUnderTest;

/** Another ecosystem's layout is held to every law about instances that Curator's is. */
class KratosConformanceTest extends LayoutConformance {
    @Override
    protected StoreUnderTest openStore() {
        return new ZooKeeperUnderTest(1, "?layout=kratos&root=/services");
    }
}
