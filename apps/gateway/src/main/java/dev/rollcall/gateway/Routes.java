package dev.rollcall.gateway;

import io.vertx.core.http.HttpServerRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where requests go: by the first rule that matches, or else, if that is wanted, {@code /{service}/…} to the service of that name.
 * Immutable.
 *
 * @param rules in the order in which they are asked
 * @param byName whether what no rule matches goes by the path's first segment
 * @param policy for requests that go by name
 */
record Routes(List<Rule> rules, boolean byName, Policy policy) {
    Routes {
        rules = List.copyOf(rules);
    }

    /** Without rules, by name alone. */
    static Routes byName(Policy policy) {
        return new Routes(List.of(), true, policy);
    }

    /** Where a request goes; null if no route leads anywhere. */
    @Nullable
    Destination find(HttpServerRequest request, String path) {
        for (int i = 0; i < rules.size(); i++) {
            Rule rule = rules.get(i);
            if (rule.matches(request, path)) {
                return rule.destination(request, path);
            }
        }
        return byName ? destinationByName(request, path) : null;
    }

    private @Nullable Destination destinationByName(HttpServerRequest request, String path) {
        int end = path.indexOf('/', 1);
        String segment = end < 0 ? path.substring(1) : path.substring(1, end);
        String service = Paths.decoded(segment);
        if (service == null || service.isEmpty()) {
            return null;
        }
        String rest = end < 0 ? "/" : path.substring(end);
        return new Destination(service, rest + Paths.query(request.uri()), "/" + segment, false, policy, HashKey.NONE);
    }

    /** All ways of choosing that these routes use. */
    Set<Balancing> balancings() {
        Set<Balancing> balancings = new HashSet<>();
        balancings.add(policy.balancing());
        rules.forEach(rule -> balancings.add(rule.policy().balancing()));
        return balancings;
    }
}
