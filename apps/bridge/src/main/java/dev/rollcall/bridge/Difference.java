package dev.rollcall.bridge;

import static java.util.Objects.requireNonNull;

import dev.rollcall.Instance;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * One instance that is not the same on both ends. Immutable.
 *
 * @param kind in what way
 * @param service the service's name on the target
 * @param id the instance's id
 * @param fields what differs, if both ends have the instance: in the order of the fields, metadata key by key
 * @param since since when, as far as was seen
 */
public record Difference(Kind kind, String service, String id, List<Field> fields, Instant since) {

    /** In what way an instance is not the same on both ends. */
    public enum Kind {
        /** The source has it, the target has not. */
        MISSING,
        /** The target has it, the source has not. */
        EXTRA,
        /** Both have it. */
        DIFFERENT
    }

    /**
     * One field that differs.
     *
     * @param name such as {@code weight} or {@code metadata.build}
     * @param source as the source has it; empty if it has none
     * @param target as the target has it; empty if it has none
     */
    public record Field(String name, String source, String target) {
        @Override
        public String toString() {
            return name + " " + quoted(source) + " on the source, " + quoted(target) + " on the target";
        }

        private static String quoted(String value) {
            return value.isEmpty() ? "(none)" : value;
        }
    }

    public Difference {
        requireNonNull(kind, "kind");
        requireNonNull(service, "service");
        requireNonNull(id, "id");
        fields = List.copyOf(fields);
        requireNonNull(since, "since");
    }

    /** The instance's place on the target: {@code service/id}. */
    public String key() {
        return service + "/" + id;
    }

    /** Whether both say the same, since whenever. */
    boolean isLike(Difference other) {
        return kind == other.kind && fields.equals(other.fields);
    }

    @Override
    public String toString() {
        return switch (kind) {
            case MISSING -> key() + ": missing on the target";
            case EXTRA -> key() + ": extra on the target";
            case DIFFERENT ->
                key() + ": " + fields.stream().map(Field::toString).collect(Collectors.joining("; "));
        };
    }

    /**
     * What differs, if anything; what registries and bridges note in the metadata doesn't count.
     *
     * @param service the service's name on the target
     */
    static Optional<Difference> between(
            String service, String id, Optional<Instance> source, Optional<Instance> target, Instant now) {
        if (source.isEmpty() && target.isEmpty()) {
            return Optional.empty();
        }
        if (source.isEmpty() || target.isEmpty()) {
            return Optional.of(
                    new Difference(source.isEmpty() ? Kind.EXTRA : Kind.MISSING, service, id, List.of(), now));
        }
        Instance wanted = MirrorMark.plain(source.get(), service);
        Instance found = MirrorMark.plain(target.get(), service);
        return wanted.equals(found)
                ? Optional.empty()
                : Optional.of(new Difference(Kind.DIFFERENT, service, id, fields(wanted, found), now));
    }

    private static List<Field> fields(Instance source, Instance target) {
        List<Field> fields = new ArrayList<>();
        add(
                fields,
                "endpoints",
                source.endpoints().toString(),
                target.endpoints().toString());
        add(fields, "weight", Integer.toString(source.weight()), Integer.toString(target.weight()));
        add(fields, "status", source.status().name(), target.status().name());
        add(fields, "zone", source.zone(), target.zone());
        add(fields, "version", source.version(), target.version());
        TreeSet<String> keys = new TreeSet<>(source.metadata().keySet());
        keys.addAll(target.metadata().keySet());
        for (String key : keys) {
            add(
                    fields,
                    "metadata." + key,
                    source.metadata().getOrDefault(key, ""),
                    target.metadata().getOrDefault(key, ""));
        }
        return fields;
    }

    private static void add(List<Field> fields, String name, String source, String target) {
        if (!source.equals(target)) {
            fields.add(new Field(name, source, target));
        }
    }
}
