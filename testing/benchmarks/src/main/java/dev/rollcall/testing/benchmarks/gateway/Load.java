package dev.rollcall.testing.benchmarks.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What {@code wrk} saw in one turn.
 *
 * @param perSecond requests a second
 * @param p50Micros the median of the response times
 * @param p99Micros what 99 of 100 responses did not take longer than
 * @param cpuMicros processor time of the contender's process and its children for each request; what others do on the machine matters less to it
 * @param failed responses of another status than 2xx and 3xx, and errors of sockets
 */
record Load(double perSecond, double p50Micros, double p99Micros, double cpuMicros, long failed) {
    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ");
    private static final Pattern NON_2XX = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");
    private static final Pattern SOCKETS =
            Pattern.compile("Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");

    /** One thread, so that the machine's other processor is left to who is measured. */
    static Load run(Process contender, int port, int connections, int seconds)
            throws IOException, InterruptedException {
        Duration before = processorTime(contender);
        Process wrk = new ProcessBuilder(
                        Programs.path("wrk"),
                        "-t1",
                        "-c" + connections,
                        "-d" + seconds + "s",
                        "--latency",
                        "http://127.0.0.1:" + port + "/orders/item")
                .redirectErrorStream(true)
                .start();
        String output = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (wrk.waitFor() != 0) {
            throw new IOException("wrk failed: " + output);
        }
        return parse(output, processorTime(contender).minus(before));
    }

    private static Duration processorTime(Process process) {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .flatMap(handle -> handle.info().totalCpuDuration().stream())
                .reduce(Duration.ZERO, Duration::plus);
    }

    private static Load parse(String output, Duration processorTime) throws IOException {
        Matcher rate = RATE.matcher(output);
        Matcher requests = REQUESTS.matcher(output);
        if (!rate.find() || !requests.find()) {
            throw new IOException("what wrk says has no rate: " + output);
        }
        long failed = 0;
        Matcher status = NON_2XX.matcher(output);
        if (status.find()) {
            failed += Long.parseLong(status.group(1));
        }
        Matcher sockets = SOCKETS.matcher(output);
        if (sockets.find()) {
            for (int i = 1; i <= sockets.groupCount(); i++) {
                failed += Long.parseLong(sockets.group(i));
            }
        }
        return new Load(
                Double.parseDouble(rate.group(1)),
                micros(output, "50%"),
                micros(output, "99%"),
                processorTime.toNanos() / 1e3 / Long.parseLong(requests.group(1)),
                failed);
    }

    private static double micros(String output, String percentile) throws IOException {
        Matcher time = Pattern.compile("\\s" + percentile + "\\s+([0-9.]+)(us|ms|s)\\b")
                .matcher(output);
        if (!time.find()) {
            throw new IOException("what wrk says has no " + percentile + ": " + output);
        }
        double value = Double.parseDouble(time.group(1));
        return switch (time.group(2)) {
            case "us" -> value;
            case "ms" -> value * 1e3;
            default -> value * 1e6;
        };
    }
}
