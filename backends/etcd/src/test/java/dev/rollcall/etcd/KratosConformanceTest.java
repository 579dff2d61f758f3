package dev.rollcall.etcd;

import dev.rollcall.tck.LayoutConformance;
import dev.rollcall.tck.StoreUnderTest;

/** Another ecosystem's layout is held to every law about instances that our own is. */
class KratosConformanceTest extends LayoutConformance {
    @Override
    protected StoreUnderTest openStore() {
        return new EtcdUnderTest("kratos");
    }
}
