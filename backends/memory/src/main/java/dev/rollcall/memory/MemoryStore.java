package dev.rollcall.memory;

import static java.util.Objects.requireNonNull;

import dev.rollcall.Instance;
import dev.rollcall.StoreException;
import dev.rollcall.config.ConfigEntry;
import dev.rollcall.spi.BackendProvider;
import dev.rollcall.spi.ConfigStore;
import dev.rollcall.spi.EventLoop;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A registry inside this JVM: the reference for what every other store does, and a simulation of what can go wrong with them. It has a
 * revisioned key space, leases that clients keep alive, and watches that resume from the history of changes or, where that was
 * {@linkplain #compact forgotten}, from the whole list. Safe for use by many threads.
 *
 * <p>Clients connect by {@code memory:name} to the store of that name, or by {@link #provider} to this very one. A named
 * store lives as long as somebody holds it or a client of it is open.
 *
 * <p>What goes wrong between clients and the store is a {@link ClientLink}'s; what goes wrong in the store is here. Faults
 * take effect at once; what clients make of them takes them as long as it does elsewhere.
 */
public final class MemoryStore {
    private static final Map<String, WeakReference<MemoryStore>> NAMED = new HashMap<>();

    private final StoreEngine engine;
    private final Map<String, ClientLink> links = new ConcurrentHashMap<>();

    private MemoryStore(StoreClock clock) {
        this.engine = new StoreEngine(clock);
    }

    /** The store of this name, to which {@code memory:name} connects; {@code memory:} is the one with the empty name. */
    public static MemoryStore named(String name) {
        synchronized (NAMED) {
            WeakReference<MemoryStore> known = NAMED.get(requireNonNull(name, "name"));
            MemoryStore store = known == null ? null : known.get();
            if (store == null) {
                NAMED.values().removeIf(reference -> reference.get() == null);
                store = new MemoryStore(StoreClock.system());
                NAMED.put(name, new WeakReference<>(store));
            }
            return store;
        }
    }

    /**
     * A store of its own, which no URI leads to.
     *
     * @param time the time by which leases run out, such as a virtual one
     */
    public static MemoryStore inTimeOf(EventLoop time) {
        return new MemoryStore(StoreClock.of(time));
    }

    /** A provider for {@link dev.rollcall.Rollcall.Builder#provider}, whose clients connect to this store, whatever name the URI has. */
    public BackendProvider provider() {
        return new MemoryBackendProvider(name -> this);
    }

    /** The link of the clients of this name, which may be opened later. Each name ever asked for is remembered. */
    public ClientLink link(String name) {
        return links.computeIfAbsent(requireNonNull(name, "name"), ClientLink::new);
    }

    /** Stops the store as {@code kill -9} does: all connections are closed, new ones refused. Time stands still for leases. */
    public void kill() {
        engine.setDown(true);
        resetLinks();
    }

    /** Starts the store again after {@link #kill}, or kills and starts it, with the data that it had; every lease has its whole TTL again. */
    public void restart() {
        kill();
        engine.setDown(false);
    }

    /** The store loses everything, leases and history included, and counts its revisions from the start; connections are closed. */
    public void wipe() {
        engine.wipe();
        resetLinks();
    }

    /** Forgets the history of changes. */
    public void compact() {
        engine.compact();
    }

    /** Ends all leases now; the clients stay connected. */
    public void endLeases() {
        engine.endLeases(Set.of(), true);
    }

    /** Ends the leases of the clients of these names now; the clients stay connected. */
    public void endLeases(Set<String> clients) {
        engine.endLeases(Set.copyOf(clients), false);
    }

    /** Deletes an entry, whoever owns it. Nothing happens if there is none. */
    public void delete(String service, String id) {
        engine.delete(service, id);
    }

    /** Writes an instance as another process does, in place of whatever is there; it stays until {@link #delete}d or overwritten. */
    public void putByAnother(Instance instance) {
        engine.putForeign(instance.service(), instance.id(), Optional.of(instance), true);
    }

    /** Writes an entry that is not an instance, in place of whatever is there. */
    public void putGarbage(String service, String id) {
        engine.putForeign(service, id, Optional.empty(), false);
    }

    /** Writes a configuration key as another process does, in place of whatever is there. */
    public void putConfigByAnother(String key, byte[] value) {
        engine.writeConfig(ConfigEntry.requireKey(key), value.clone(), ConfigStore.ANY_REVISION);
    }

    /**
     * Refuses to write any instance of a service, until {@link #admit}.
     *
     * @param kind what the writers are told, such as {@link StoreException.Kind#DENIED}
     */
    public void refuse(String service, StoreException.Kind kind) {
        engine.refuse(requireNonNull(service, "service"), requireNonNull(kind, "kind"));
    }

    /** Ends {@link #refuse}. */
    public void admit(String service) {
        engine.refuse(requireNonNull(service, "service"), null);
    }

    /** All entries, by service and id. */
    public List<StoreEntry> entries() {
        return engine.read(KeySpace::entries);
    }

    /** The entries of a service, by id. */
    public List<StoreEntry> entries(String service) {
        return engine.read(keys -> keys.entries(service));
    }

    /** Deletes the first claim in a line of the store, such as {@code elections/jobs}, whoever's it is. Nothing happens if there is none. */
    public void deleteFirstClaim(String name) {
        engine.deleteFirstClaim(name);
    }

    /** The data of all claims in a line of the store, such as {@code elections/jobs}, the first first. */
    public List<String> claims(String name) {
        return engine.readClaims(name).entries().stream()
                .map(ClaimSpace.ClaimEntry::data)
                .toList();
    }

    /** The ids of a service's entries, garbage included. */
    public Set<String> ids(String service) {
        return entries(service).stream().map(StoreEntry::id).collect(Collectors.toCollection(TreeSet::new));
    }

    /** One entry. */
    public Optional<StoreEntry> find(String service, String id) {
        return engine.find(service, id);
    }

    /** The store's counter of changes. */
    public long revision() {
        return engine.read(KeySpace::revision);
    }

    /**
     * Tells an observer of every change from now on, in order, while nothing else happens in the store. It must be quick, not throw and not
     * call the store.
     */
    public void observe(Consumer<StoreEvent> observer) {
        engine.observe(requireNonNull(observer, "observer"));
    }

    StoreEngine engine() {
        return engine;
    }

    private void resetLinks() {
        links.values().forEach(ClientLink::reset);
    }
}
