package dev.rollcall.config;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Makes a value of what is written at a key. Called on Rollcall's listener threads, one call at a time for each live value, for each
 * new text and for nothing else. Whatever it throws, or null for a result, means that the text can't be decoded; the message of what it
 * throws is shown to people, so that it should say what was expected and show no secret.
 *
 * @param <T> the value's type, immutable
 */
@FunctionalInterface
public interface Decoder<T> {

    /** The value that the text stands for. */
    T decode(String text);

    /** The text as it is. */
    static Decoder<String> text() {
        return text -> text;
    }

    /**
     * The lines {@code name=value} of a properties file, as {@link Properties#load(java.io.Reader)} reads them: an immutable map in the order
     * of the names.
     */
    static Decoder<SortedMap<String, String>> properties() {
        return text -> {
            Properties properties = new Properties();
            try {
                properties.load(new StringReader(text));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            SortedMap<String, String> sorted = new TreeMap<>();
            properties.stringPropertyNames().forEach(name -> sorted.put(name, properties.getProperty(name)));
            return Collections.unmodifiableSortedMap(sorted);
        };
    }

    /** This, followed by a function, which may throw as a decoder may. */
    default <R> Decoder<R> map(Function<? super T, ? extends R> function) {
        requireNonNull(function, "function");
        return text -> function.apply(decode(text));
    }

    /**
     * This, refusing values that don't fulfil a condition.
     *
     * @param expected what the condition is, in words, for the message: {@code "1 to 100"}
     */
    default Decoder<T> checked(Predicate<? super T> condition, String expected) {
        requireNonNull(condition, "condition");
        requireNonNull(expected, "expected");
        return text -> {
            T value = decode(text);
            if (!condition.test(value)) {
                throw new IllegalArgumentException("not a valid value (expected: " + expected + ")");
            }
            return value;
        };
    }
}
