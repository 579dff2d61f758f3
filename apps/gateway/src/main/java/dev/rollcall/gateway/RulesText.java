package dev.rollcall.gateway;

import dev.rollcall.Instance;
import dev.rollcall.balance.Algorithm;
import dev.rollcall.config.Decoder;
import dev.rollcall.jackson.JacksonDecoder;
import dev.rollcall.spi.StoreUri;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Rules as people write them, in YAML or JSON, which is YAML as well. Immutable. Whatever is wrong in one of them makes the whole set wrong:
 * half a set of rules sends requests where nobody meant them to go.
 */
record RulesText(@Nullable Boolean defaultRoutes, @Nullable List<RuleText> rules) {
    private static final int MAX_RULES = 1_000;
    private static final int MAX_ATTEMPTS = 10;
    private static final Duration MAX_TIMEOUT = Duration.ofHours(1);
    private static final Pattern HOST = Pattern.compile("(\\*\\.)?[a-z0-9_-]+(\\.[a-z0-9_-]+)*|\\[?[0-9a-f:.]+]?");
    private static final Pattern HEADER = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /** One rule as it is written. */
    record RuleText(
            @Nullable String host,
            @Nullable String path,
            @Nullable Map<String, String> headers,
            @Nullable String service,
            @Nullable String rewrite,
            @Nullable String balancer,
            @Nullable String hashOn,
            @Nullable String timeout,
            @Nullable Integer attempts,
            @Nullable CanaryText canary) {}

    /** A canary as it is written. */
    record CanaryText(@Nullable String version, @Nullable Double share) {}

    /**
     * Decodes rules.
     *
     * @param defaults what a rule that says nothing else gets
     */
    static Decoder<Routes> decoder(Policy defaults) {
        return JacksonDecoder.yaml(RulesText.class).map(text -> text.routes(defaults));
    }

    private Routes routes(Policy defaults) {
        List<RuleText> texts = rules == null ? List.of() : rules;
        if (texts.size() > MAX_RULES) {
            throw new IllegalArgumentException(
                    "rules: " + texts.size() + " of them (expected: up to " + MAX_RULES + ")");
        }
        List<Rule> checked = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            RuleText text = texts.get(i);
            try {
                checked.add(rule(text, defaults));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("rules[" + i + "]: " + e.getMessage(), e);
            }
        }
        return new Routes(checked, defaultRoutes == null || defaultRoutes, defaults);
    }

    private static Rule rule(@Nullable RuleText text, Policy defaults) {
        if (text == null || text.service() == null) {
            throw new IllegalArgumentException("service: none (expected: a service's name)");
        }
        String rewrite = text.rewrite() == null ? null : path("rewrite", text.rewrite());
        Balancing balancing = balancing(text, defaults.balancing());
        return new Rule(
                host(text.host()),
                text.path() == null ? "" : path("path", text.path()),
                headers(text.headers()),
                Instance.requireServiceName(text.service()),
                rewrite,
                new Policy(timeout(text, defaults), attempts(text, defaults), balancing),
                hashKey(text.hashOn(), balancing));
    }

    private static String host(@Nullable String host) {
        if (host == null) {
            return "";
        }
        String lower = host.toLowerCase(Locale.ROOT);
        if (!HOST.matcher(lower).matches()) {
            throw new IllegalArgumentException(
                    "host: '" + host + "' (expected: a host without a port, or *. and a host)");
        }
        return lower;
    }

    /** A path without a slash at its end. */
    private static String path(String name, String path) {
        if (!Paths.isPlain(path) || path.indexOf('?') >= 0 || path.contains("//")) {
            throw new IllegalArgumentException(
                    name + ": '" + path + "' (expected: a path such as /api/orders, without . and ..)");
        }
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static Map<String, String> headers(@Nullable Map<String, String> headers) {
        if (headers == null) {
            return Map.of();
        }
        headers.forEach((name, value) -> {
            if (!HEADER.matcher(name).matches() || value == null) {
                throw new IllegalArgumentException("headers: '" + name + "' (expected: a field's name, and a value)");
            }
        });
        return headers;
    }

    private static Balancing balancing(RuleText text, Balancing defaults) {
        Algorithm algorithm = text.balancer() == null
                ? defaults.algorithm()
                : Algorithm.named(text.balancer())
                        .orElseThrow(() -> new IllegalArgumentException("balancer: '" + text.balancer()
                                + "' (expected: one of " + List.of(Algorithm.values()) + ")"));
        return new Balancing(algorithm, Optional.ofNullable(text.canary()).map(RulesText::canary));
    }

    private static Balancing.CanarySplit canary(CanaryText text) {
        Double share = text.share();
        if (text.version() == null || share == null || !(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("canary: version " + text.version() + ", share " + share
                    + " (expected: a version, and a share of 0 to 1)");
        }
        return new Balancing.CanarySplit(text.version(), share);
    }

    private static Duration timeout(RuleText text, Policy defaults) {
        if (text.timeout() == null) {
            return defaults.tryTimeout();
        }
        Duration timeout = StoreUri.duration("timeout", text.timeout());
        if (timeout.isNegative() || timeout.toMillis() < 1 || timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException("timeout: " + text.timeout() + " (expected: 1ms to 1h)");
        }
        return timeout;
    }

    private static int attempts(RuleText text, Policy defaults) {
        Integer attempts = text.attempts();
        if (attempts == null) {
            return defaults.attempts();
        }
        if (attempts < 1 || attempts > MAX_ATTEMPTS) {
            throw new IllegalArgumentException("attempts: " + attempts + " (expected: 1 to " + MAX_ATTEMPTS + ")");
        }
        return attempts;
    }

    private static HashKey hashKey(@Nullable String hashOn, Balancing balancing) {
        if (hashOn == null) {
            return balancing.algorithm() == Algorithm.CONSISTENT_HASH ? HashKey.CLIENT : HashKey.NONE;
        }
        if (balancing.algorithm() != Algorithm.CONSISTENT_HASH) {
            throw new IllegalArgumentException(
                    "hashOn: '" + hashOn + "' (expected: with balancer consistentHash only)");
        }
        return HashKey.parse(hashOn);
    }
}
