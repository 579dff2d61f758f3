package dev.rollcall.bridge;

import static java.util.Objects.requireNonNull;

import dev.rollcall.LossProtection;
import dev.rollcall.spi.StoreUri;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Bridge} mirrors and a {@link Comparison} compares. Immutable; made by a {@link Builder}.
 */
public final class BridgeOptions {
    /** The parameters of a URI that tell one part of a store from another; the others are about the way there, or secret. */
    private static final Set<String> IDENTIFYING = Set.of("root", "layout", "dc", "tag");

    private static final int NAME_HASH_BYTES = 4;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");

    private final Builder chosen;
    private final ServiceNames names;
    private final String origin;
    private final String destination;
    private final String name;
    private final Lifetimes lifetimes;

    private BridgeOptions(Builder chosen) {
        this.chosen = chosen;
        this.names = ServiceNames.of(chosen.services, chosen.renames);
        this.origin = chosen.origin.isEmpty() ? identity(chosen.from) : chosen.origin;
        this.destination = chosen.destination.isEmpty() ? identity(chosen.to) : chosen.destination;
        this.name = chosen.name.isEmpty() ? "bridge-" + hash() : chosen.name;
        this.lifetimes = Lifetimes.of(chosen.to, chosen.ttl, chosen.elected);
        if (identity(chosen.from).equals(identity(chosen.to)) && chosen.renames.isEmpty()) {
            throw new IllegalArgumentException("to: the same as from, " + identity(chosen.from)
                    + " (expected: another store, another root or layout, or renames)");
        }
        if (origin.equals(destination) && chosen.chained) {
            throw new IllegalArgumentException("chained: the two ends have the same name, \"" + origin
                    + "\" (expected: two names, by which loops are recognised)");
        }
    }

    /**
     * Options for a bridge from one registry to another.
     *
     * @param from the source's connection string, as for {@link dev.rollcall.Rollcall#connect}
     * @param to the target's
     * @throws IllegalArgumentException if one is malformed
     */
    public static Builder builder(String from, String to) {
        return new Builder(from, to);
    }

    private static String identity(StoreUri uri) {
        String registry = uri.identity();
        StringBuilder identity =
                new StringBuilder(uri.path().equals("/") ? registry.substring(0, registry.length() - 1) : registry);
        char separator = '?';
        for (String parameter : new TreeSet<>(uri.parameters().keySet())) {
            if (IDENTIFYING.contains(parameter)) {
                identity.append(separator)
                        .append(parameter)
                        .append('=')
                        .append(uri.parameter(parameter).orElse(""));
                separator = '&';
            }
        }
        return identity.toString();
    }

    /** Two bridges that do the same get the same name, and two that don't get different ones. */
    private String hash() {
        String all = String.join(
                "\n",
                origin,
                destination,
                String.join(" ", new TreeSet<>(chosen.services)),
                String.join(" ", chosen.renames),
                Boolean.toString(chosen.chained));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, NAME_HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The source's connection string, as it was given, password included. */
    String from() {
        return chosen.fromText;
    }

    /** The target's, likewise. */
    String to() {
        return chosen.toText;
    }

    ServiceNames names() {
        return names;
    }

    /** What mirrors say they come from. */
    public String origin() {
        return origin;
    }

    /** What the target is called where it is an origin itself. */
    public String destination() {
        return destination;
    }

    /** What this bridge is called, and those that stand by for it. */
    public String name() {
        return name;
    }

    boolean chained() {
        return chosen.chained;
    }

    boolean elected() {
        return chosen.elected;
    }

    Duration handover() {
        return chosen.handover;
    }

    /** How long mirrors outlive the bridge's process. */
    public Duration ttl() {
        return lifetimes.mirrors();
    }

    /** What a user should know of {@link #ttl} and of a standby's taking over in time, if anything: one line without a full stop. */
    public Optional<String> ttlRemark() {
        return lifetimes.remark();
    }

    Duration leadershipTtl() {
        return lifetimes.leadership();
    }

    LossProtection lossProtection() {
        return chosen.lossProtection;
    }

    Duration requestTimeout() {
        return chosen.requestTimeout;
    }

    Duration settle() {
        return chosen.settle;
    }

    boolean closeOnShutdown() {
        return chosen.closeOnShutdown;
    }

    /** Names both ends, without passwords. */
    @Override
    public String toString() {
        return name + " from " + origin + " to " + destination;
    }

    /** Makes {@link BridgeOptions}; everything but the two ends has a default. Not safe for use by many threads. */
    public static final class Builder {
        private final String fromText;
        private final String toText;
        private final StoreUri from;
        private final StoreUri to;
        private List<String> services = List.of();
        private final List<String> renames = new ArrayList<>();
        private String origin = "";
        private String destination = "";
        private String name = "";
        private boolean chained;
        private boolean elected = true;
        private Duration handover = Duration.ofSeconds(10);
        private @Nullable Duration ttl;
        private LossProtection lossProtection = LossProtection.defaults();
        private Duration requestTimeout = Duration.ofSeconds(3);
        private Duration settle = Duration.ofSeconds(2);
        private boolean closeOnShutdown = true;

        private Builder(String from, String to) {
            this.fromText = from;
            this.toText = to;
            this.from = StoreUri.parse(from);
            this.to = StoreUri.parse(to);
        }

        /**
         * Which services: names, or patterns with one {@code *}. By default all, also those that appear later. With names alone the source is never
         * asked for its list of services, so a token that may read just these is enough.
         */
        public Builder services(List<String> services) {
            this.services = List.copyOf(services);
            return this;
        }

        /**
         * Calls a service something else on the target: {@code old=new}, or with a {@code *} on both sides for what stays,
         * such as {@code legacy-*=*}; {@code team-*=all} gathers several in one. Of several rules the first that matches counts.
         *
         * <p>Where two services of the source get the same name, their instances are together in it; of two with the same
         * id the one of the service that is first in the alphabet is mirrored.
         */
        public Builder rename(String rule) {
            renames.add(requireNonNull(rule, "rule"));
            return this;
        }

        /**
         * What the source is called in the metadata of its mirrors, {@code rollcall.origin}. By default its URI without user and
         * password. All bridges of a {@linkplain #chained chain} must call a store the same.
         */
        public Builder origin(String origin) {
            this.origin = requireLabel("origin", origin);
            return this;
        }

        /** What the target is called where it is the origin, by default its URI without user and password; for chains. */
        public Builder destination(String destination) {
            this.destination = requireLabel("destination", destination);
            return this;
        }

        /**
         * What this bridge is called: in the metadata of its mirrors, {@code rollcall.bridge}, and where a leader is elected. Bridges of one
         * name stand by for each other, so they must be given the same work. By default made from the work.
         */
        public Builder name(String name) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "name: \"" + name + "\" (expected: 1 to 100 of letters, digits, '.', '_' and '-')");
            }
            this.name = name;
            return this;
        }

        /**
         * Whether to mirror also what another bridge has mirrored to the source, unless it has been at the target already; by default not. For
         * chains A → B → C. {@code rollcall.origin} then lists the stores that the instance came through.
         */
        public Builder chained(boolean chained) {
            this.chained = chained;
            return this;
        }

        /**
         * Whether the bridges of this name elect one that writes, in the target store; by default so. Otherwise it writes at
         * once, and must be the only one.
         */
        public Builder elected(boolean elected) {
            this.elected = elected;
            return this;
        }

        /** How long a bridge that is closed waits for another to take over before it removes its mirrors: zero to 1 min, by default 10 s. */
        public Builder handover(Duration handover) {
            this.handover = requireBetween("handover", handover, Duration.ZERO, Duration.ofMinutes(1));
            return this;
        }

        /**
         * How long mirrors outlive the bridge's process: as {@link dev.rollcall.Rollcall.Builder#ttl}. By default what the URI says, or 10 s; where the target is
         * Consul and another bridge may stand by, 40 s, as with less the mirrors are gone before it takes over.
         */
        public Builder ttl(Duration ttl) {
            this.ttl = requireBetween("ttl", ttl, Lifetimes.SHORTEST, Duration.ofHours(1));
            return this;
        }

        /** What happens when many of the source's instances vanish at once: by default they stay mirrored for up to 30 s. */
        public Builder lossProtection(LossProtection lossProtection) {
            this.lossProtection = requireNonNull(lossProtection, "lossProtection");
            return this;
        }

        /** As {@link dev.rollcall.Rollcall.Builder#requestTimeout}. */
        public Builder requestTimeout(Duration requestTimeout) {
            this.requestTimeout =
                    requireBetween("requestTimeout", requestTimeout, Duration.ofMillis(10), Duration.ofMinutes(1));
            return this;
        }

        /** How old a difference must be to be one, and not just on its way: zero to 1 h, by default 2 s. For a {@link Comparison}. */
        public Builder settle(Duration settle) {
            this.settle = requireBetween("settle", settle, Duration.ZERO, Duration.ofHours(1));
            return this;
        }

        /** Whether a shutdown hook closes the bridge; by default true. */
        public Builder closeOnShutdown(boolean closeOnShutdown) {
            this.closeOnShutdown = closeOnShutdown;
            return this;
        }

        /**
         * Makes the options.
         *
         * @throws IllegalArgumentException if a pattern or rule is malformed, or both ends are the same
         */
        public BridgeOptions build() {
            return new BridgeOptions(this.copy());
        }

        private Builder copy() {
            Builder copy = new Builder(fromText, toText);
            copy.services = services;
            copy.renames.addAll(renames);
            copy.origin = origin;
            copy.destination = destination;
            copy.name = name;
            copy.chained = chained;
            copy.elected = elected;
            copy.handover = handover;
            copy.ttl = ttl;
            copy.lossProtection = lossProtection;
            copy.requestTimeout = requestTimeout;
            copy.settle = settle;
            copy.closeOnShutdown = closeOnShutdown;
            return copy;
        }

        private static Duration requireBetween(String what, Duration value, Duration least, Duration most) {
            if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
                throw new IllegalArgumentException(what + ": " + value + " (expected: " + least + " to " + most + ")");
            }
            return value;
        }

        private static String requireLabel(String what, String text) {
            if (text.isEmpty() || text.length() > 255 || !text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                throw new IllegalArgumentException(
                        what + ": \"" + text + "\" (expected: 1 to 255 visible ASCII characters)");
            }
            return text;
        }
    }
}
