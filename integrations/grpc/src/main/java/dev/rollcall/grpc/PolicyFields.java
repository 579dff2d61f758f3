package dev.rollcall.grpc;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the fields of a JSON object strictly: one that nobody asks for, or of another kind than expected, is an error
 * that names it. Used by one thread.
 */
final class PolicyFields {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(?:\\.([0-9]{1,9}))?s");

    private final String where;
    private final Map<String, ?> fields;
    private final Set<String> asked = new TreeSet<>();

    /** @param where what the object is, for errors, such as {@code rollcall_random} */
    PolicyFields(String where, Map<String, ?> fields) {
        this.where = where;
        this.fields = fields;
    }

    Optional<String> text(String name) {
        return value(name).map(value -> {
            if (value instanceof String text && !text.isEmpty()) {
                return text;
            }
            throw wrong(name, value, "a string that is not empty");
        });
    }

    Optional<Double> number(String name, double above, double upTo) {
        return value(name).map(value -> {
            if (value instanceof Number number && number.doubleValue() > above && number.doubleValue() <= upTo) {
                return number.doubleValue();
            }
            throw wrong(name, value, "a number above " + above + (upTo < Double.MAX_VALUE ? ", up to " + upTo : ""));
        });
    }

    /** A whole number; all numbers of JSON are read as doubles. */
    Optional<Integer> count(String name, int least) {
        return value(name).map(value -> {
            if (value instanceof Number number
                    && number.doubleValue() == number.intValue()
                    && number.intValue() >= least) {
                return number.intValue();
            }
            throw wrong(name, value, "a whole number, " + least + " or more");
        });
    }

    /** A duration as protobuf's JSON has it: seconds with up to nine decimals, then {@code s}. */
    Optional<Duration> duration(String name) {
        return value(name).map(value -> {
            Matcher matcher = DURATION.matcher(value instanceof String text ? text : "");
            if (!matcher.matches()) {
                throw wrong(name, value, "seconds such as \"30s\" or \"0.5s\"");
            }
            String decimals = matcher.group(2) == null ? "" : matcher.group(2);
            return Duration.ofSeconds(
                    Long.parseLong(matcher.group(1)), Long.parseLong((decimals + "000000000").substring(0, 9)));
        });
    }

    Optional<Map<String, String>> texts(String name) {
        return value(name).map(value -> {
            Map<String, String> texts = new TreeMap<>();
            if (value instanceof Map<?, ?> map && !map.isEmpty()) {
                map.forEach((key, text) -> {
                    if (!(key instanceof String name1) || !(text instanceof String text1)) {
                        throw wrong(name, value, "an object of strings");
                    }
                    texts.put(name1, text1);
                });
                return texts;
            }
            throw wrong(name, value, "an object of strings that is not empty");
        });
    }

    Optional<PolicyFields> object(String name) {
        return value(name).map(value -> {
            if (value instanceof Map<?, ?> map) {
                Map<String, Object> inner = new HashMap<>();
                map.forEach((key, field) -> inner.put(String.valueOf(key), field));
                return new PolicyFields(where + "." + name, inner);
            }
            throw wrong(name, value, "an object");
        });
    }

    /** A field that there has to be. */
    <T> T required(String name, Optional<T> value) {
        return value.orElseThrow(() -> new IllegalArgumentException(where + "." + name + ": missing"));
    }

    /** To be called when all fields that there can be have been asked for. */
    void requireNoOthers() {
        for (String name : fields.keySet()) {
            if (!asked.contains(name)) {
                throw new IllegalArgumentException(where + "." + name + ": unknown (expected: "
                        + (asked.isEmpty() ? "no fields" : "one of " + asked) + ")");
            }
        }
    }

    /** What a field's value is wrong for, when that comes out only later. */
    IllegalArgumentException wrong(String name, String why) {
        return new IllegalArgumentException(where + "." + name + ": " + why);
    }

    private IllegalArgumentException wrong(String name, Object value, String expected) {
        return new IllegalArgumentException(where + "." + name + ": " + value + " (expected: " + expected + ")");
    }

    private Optional<Object> value(String name) {
        asked.add(name);
        if (!fields.containsKey(name)) {
            return Optional.empty();
        }
        Object value = fields.get(name);
        if (value == null) {
            throw new IllegalArgumentException(where + "." + name + ": null (expected: a value, or no such field)");
        }
        return Optional.of(value);
    }
}
