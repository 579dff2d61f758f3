package dev.rollcall.memory;

import dev.rollcall.tck.CoordinationConformance;
import dev.rollcall.tck.StoreUnderTest;

class MemoryCoordinationTest extends CoordinationConformance {
    @Override
    protected StoreUnderTest openStore() {
        return new MemoryUnderTest();
    }
}
