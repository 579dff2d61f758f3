package dev.rollcall.console;

import java.util.Map;

/**
 * What traffic flows through this process, for a console beside a gateway. Called once a second from the console's thread for each service that
 * is in the registry; must not block.
 */
@FunctionalInterface
public interface Traffic {

    /**
     * How many requests have gone to each instance of a service since this process started, by the instance's id. Empty for a service without
     * traffic.
     */
    Map<String, Long> requests(String service);

    /**
     * Which instances of a service get no traffic now because they fail, and why in words, by the instance's id; by default none.
     */
    default Map<String, String> ejected(String service) {
        return Map.of();
    }
}
