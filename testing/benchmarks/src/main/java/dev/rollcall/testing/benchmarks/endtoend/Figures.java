package dev.rollcall.testing.benchmarks.endtoend;

import java.util.Arrays;
import java.util.Locale;

/** Measured values of one thing, and how they are printed. */
final class Figures {
    private double[] values = new double[64];
    private int size;

    void add(double value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = value;
    }

    double percentile(double percent) {
        double[] sorted = Arrays.copyOf(values, size);
        Arrays.sort(sorted);
        return sorted[(int) Math.min(size - 1, Math.ceil(percent / 100 * size) - 1)];
    }

    double median() {
        return percentile(50);
    }

    static void say(String format, Object... arguments) {
        System.out.println(String.format(Locale.ROOT, format, arguments));
    }
}
