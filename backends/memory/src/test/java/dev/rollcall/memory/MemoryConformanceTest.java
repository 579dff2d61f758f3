package dev.rollcall.memory;

import dev.rollcall.tck.Conformance;
import dev.rollcall.tck.StoreUnderTest;

class MemoryConformanceTest extends Conformance {
    @Override
    protected StoreUnderTest openStore() {
        return new MemoryUnderTest();
    }
}
