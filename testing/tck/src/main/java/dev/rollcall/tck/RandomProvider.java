package dev.rollcall.tck;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A provider whose instances come, change and go at random, and who knows which there should be. Doesn't wait for the store. Not safe for
 * use by many threads.
 */
public final class RandomProvider {
    private final Rollcall client;
    private final String service;
    private final String prefix;
    private final int ids;
    private final RandomGenerator random;
    private final Map<String, Registration> open = new TreeMap<>();

    /**
     * A provider that has no instances yet.
     *
     * @param client where it registers them
     * @param prefix what its instances' ids begin with
     * @param ids how many different ids it uses, again and again
     */
    public RandomProvider(Rollcall client, String service, String prefix, int ids, RandomGenerator random) {
        this.client = client;
        this.service = service;
        this.prefix = prefix;
        this.ids = ids;
        this.random = random;
    }

    /** Adds, changes or removes one instance. */
    public void step() {
        String id = prefix + random.nextInt(ids);
        Registration registration = open.get(id);
        if (registration == null) {
            open.put(id, client.register(randomInstance(id)));
        } else if (random.nextInt(3) == 0) {
            open.remove(id);
            Testbed.unawaited(registration.closeAsync());
        } else {
            Instance next = randomInstance(id);
            Testbed.unawaited(registration.update(before -> next));
        }
    }

    /** The instances that there should be, in the order of their ids. */
    public List<Instance> expected() {
        return open.values().stream().map(Registration::instance).toList();
    }

    /** What was registered and is still open. */
    public List<Registration> registrations() {
        return List.copyOf(open.values());
    }

    /** Removes all instances. */
    public void leave() {
        open.values().forEach(registration -> Testbed.unawaited(registration.closeAsync()));
        open.clear();
    }

    private Instance randomInstance(String id) {
        List<Endpoint> endpoints = new ArrayList<>();
        endpoints.add(new Endpoint("http", "10.0.0." + random.nextInt(1, 255), random.nextInt(1, 65_536)));
        if (random.nextBoolean()) {
            endpoints.add(new Endpoint("grpc", "host-" + random.nextInt(100) + ".example", random.nextInt(1, 65_536)));
        }
        return new Instance(
                service,
                id,
                endpoints,
                random.nextInt(1_000),
                random.nextInt(8) == 0 ? Status.OUT_OF_SERVICE : Status.UP,
                random.nextBoolean() ? "" : "zone-" + random.nextInt(3),
                random.nextBoolean() ? "" : "1." + random.nextInt(10),
                random.nextBoolean() ? Map.of() : Map.of("key", "<välue> & \"" + random.nextInt(1_000) + "\""));
    }
}
