package dev.rollcall.consul;

import dev.rollcall.Instance;
import java.util.List;
import java.util.Map;

/**
 * How one ecosystem writes a service into Consul's catalogue, and reads it there. Stateless.
 *
 * <p>Design note. Consul has one catalogue for everybody, so what Rollcall writes in any layout is a service with its heartbeat and all that its own
 * reader needs ({@link RegistrationJson}), and a layout adds what the others look for. And whatever is under a service's name is an instance of it, whoever wrote
 * it: each entry is read once, by the layout that recognises it.
 */
interface CatalogLayout {

    /** What it is called in a connection string. */
    String name();

    /** What a service is called in Consul. */
    default String serviceName(String service) {
        return service;
    }

    /**
     * Refuses an instance that the ecosystem couldn't have.
     *
     * @throws IllegalArgumentException saying what it could
     */
    default void requireWritable(Instance instance) {}

    /** What an instance is called in Consul: nothing else may ever be called so at the same agent. */
    default String serviceId(String service, String id) {
        return ServiceId.of(service, id);
    }

    /** Tags that stand before the instance's own. */
    default List<String> tags(Instance instance) {
        return List.of();
    }

    /** Whether the ecosystem's readers bear a tag of the instance's own. */
    default boolean bears(String tag) {
        return true;
    }

    /** Entries of the Meta that are added where the instance doesn't have them itself. */
    default Map<String, String> meta(Instance instance) {
        return Map.of();
    }

    /** Whether an entry that isn't Rollcall's looks as if this ecosystem had written it. */
    boolean wrote(CatalogEntry entry);

    /**
     * Reads what this ecosystem says in an entry beyond Consul's own fields.
     *
     * @param found holds what Consul's own fields say
     * @throws IllegalArgumentException if it can't be an instance; the message says why
     */
    default void read(CatalogEntry entry, ForeignInstance found) {}
}
