package dev.rollcall.memory;

/**
 * What a follower follows.
 *
 * @param service a service's name, or empty for the names of all services, {@code /} for configuration, {@code //} for a line of claims
 * @param id one entry's id, a line's name, or empty for all entries of the service
 */
record Topic(String service, String id) {
    /** The names of all services. */
    static final Topic CATALOGUE = new Topic("", "");

    /** All configuration; no service has this name. */
    static final Topic CONFIG = new Topic("/", "");

    static Topic claim(String name) {
        return new Topic("//", name);
    }

    static Topic service(String service) {
        return new Topic(service, "");
    }

    static Topic entry(String service, String id) {
        return new Topic(service, id);
    }
}
