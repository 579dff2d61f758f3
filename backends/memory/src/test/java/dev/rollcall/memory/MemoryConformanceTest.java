package dev.rollcall.memory;

import dev.rollcall.tck.ConfigGuarantees;
import dev.rollcall.tck.Conformance;
import dev.rollcall.tck.StoreUnderTest;

class MemoryConformanceTest extends Conformance implements ConfigGuarantees {
    @Override
    protected StoreUnderTest openStore() {
        return new MemoryUnderTest();
    }
}
