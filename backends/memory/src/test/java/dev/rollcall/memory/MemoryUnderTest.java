package dev.rollcall.memory;

import dev.rollcall.tck.StoreUnderTest;
import java.util.Set;
import java.util.UUID;

/** A memory store as the conformance kit handles it. */
final class MemoryUnderTest implements StoreUnderTest {
    private static final String CUTTABLE = "cuttable";

    private String name = "";
    private MemoryStore store = MemoryStore.named("");

    @Override
    public String uri() {
        return "memory:" + name + "?link=" + CUTTABLE;
    }

    @Override
    public String directUri() {
        return "memory:" + name + "?link=direct";
    }

    @Override
    public void isolate() {
        name = UUID.randomUUID().toString();
        store = MemoryStore.named(name);
    }

    @Override
    public void cut() {
        store.link(CUTTABLE).cut();
    }

    @Override
    public void freeze() {
        store.link(CUTTABLE).freeze();
    }

    @Override
    public void heal() {
        store.link(CUTTABLE).heal();
    }

    @Override
    public void kill() {
        store.kill();
    }

    @Override
    public void restart() {
        store.restart();
    }

    @Override
    public void wipe() {
        store.wipe();
    }

    @Override
    public void expireLeases() {
        store.endLeases();
    }

    @Override
    public void compact() {
        store.compact();
    }

    @Override
    public void delete(String service, String id) {
        store.delete(service, id);
    }

    @Override
    public void putGarbage(String service, String id) {
        store.putGarbage(service, id);
    }

    @Override
    public void putConfig(String key, byte[] value) {
        store.putConfigByAnother(key, value);
    }

    @Override
    public Set<String> ids(String service) {
        return store.ids(service);
    }

    @Override
    public void close() {
        store.kill();
    }
}
