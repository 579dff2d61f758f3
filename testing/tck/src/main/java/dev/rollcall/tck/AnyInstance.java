package dev.rollcall.tck;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import dev.rollcall.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Instances of every kind that there can be, for proofs that a layout reads back what it writes: names and metadata with quotes, separators, escapes,
 * control characters and other scripts, the layouts' own words among the keys, all limits, and often the defaults. Stateless.
 */
public final class AnyInstance {
    private static final List<String> SCHEMES = List.of("tcp", "http", "https", "grpc", "dubbo", "x+y-1.z");
    private static final List<String> HOSTS = List.of("10.0.0.1", "a.example.org", "2001:db8::1", "host_1,a");
    private static final List<String> NAMES = List.of(
            "orders", "com.example.Api", "a:b", "größe", "%41", "x+y", "a&b=c", "~*'\"", "Ünï\u4e2d", "{}", "<b>");
    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "a",
            "7",
            "\"quoted\\\"",
            "line\nbreak\t",
            "\u0000\u0001\u001f\u007f",
            "<&>",
            "\u2028\u2029",
            "a&b=c#d?e",
            "%2B%zz%",
            "+",
            "{\"json\":[1]}",
            "\ud83d\ude00",
            "10.0.0.1:80",
            "x y",
            "null",
            "/a/b",
            "µß中");
    private static final List<String> KEYS = List.of(
            "weight",
            "WEIGHT",
            "version",
            "side",
            "interface",
            "protocol",
            "enabled",
            "attributes",
            "application",
            "rollcall.weight",
            "rollcall.status",
            "rollcall.endpoints",
            "rollcall.metadata.weight",
            "rollcall.",
            "instance_status",
            "@class");

    private AnyInstance() {}

    /** One of the service {@code orders}, or of another name. */
    public static Instance from(RandomGenerator random) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (int count = random.nextInt(3) == 0 ? 1 + random.nextInt(16) : 1; count > 0; count--) {
            endpoints.add(new Endpoint(one(SCHEMES, random), one(HOSTS, random), random.nextInt(65_536)));
        }
        return new Instance(
                random.nextBoolean() ? "orders" : one(NAMES, random),
                random.nextBoolean() ? endpoints.get(0).authority() : one(NAMES, random) + random.nextInt(),
                endpoints,
                weight(random),
                random.nextBoolean() ? Status.UP : one(List.of(Status.values()), random),
                label(random),
                label(random),
                metadata(random));
    }

    private static int weight(RandomGenerator random) {
        int[] weights = {1, 1, 0, 10, 100, Instance.MAX_WEIGHT, random.nextInt(Instance.MAX_WEIGHT)};
        return weights[random.nextInt(weights.length)];
    }

    private static String label(RandomGenerator random) {
        String label = random.nextBoolean() ? "" : one(TEXTS, random);
        return label.chars().anyMatch(Character::isISOControl) ? "latest" : label;
    }

    private static Map<String, String> metadata(RandomGenerator random) {
        Map<String, String> metadata = new HashMap<>();
        int size = random.nextInt(20) == 0 ? 64 : random.nextInt(5);
        while (metadata.size() < size) {
            String key = random.nextBoolean() ? one(KEYS, random) : one(TEXTS, random) + random.nextInt(100);
            metadata.put(key, one(TEXTS, random));
        }
        return metadata;
    }

    private static <T> T one(List<T> all, RandomGenerator random) {
        return all.get(random.nextInt(all.size()));
    }
}
