package dev.rollcall.grpc;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The IP addresses of hosts, looked up away from the channel's thread as looking up may block. A host that can't be
 * looked up any more keeps the addresses it had. Used in one serial order; lookups run on an executor, a few at a time.
 */
final class HostAddresses {
    private static final Logger log = LoggerFactory.getLogger(HostAddresses.class);

    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])";

    /** What InetAddress takes for an address, right or wrong, without asking anybody. */
    private static final Pattern LITERAL = Pattern.compile(OCTET + "(\\." + OCTET + "){3}|.*:.*");

    private static final int MAX_LOOKUPS_AT_ONCE = 4;

    private final Executor lookups;
    private final Executor serial;
    private final Runnable changed;
    private final Map<String, List<InetAddress>> known = new HashMap<>();
    private final Set<String> wanted = new HashSet<>();
    private final Queue<String> waiting = new ArrayDeque<>();
    private int running;

    /**
     * @param lookups where lookups may block
     * @param serial the order in which this object is used
     * @param changed told, in that order, when a host's addresses are others than before
     */
    HostAddresses(Executor lookups, Executor serial, Runnable changed) {
        this.lookups = lookups;
        this.serial = serial;
        this.changed = changed;
    }

    /** What is known now; the first question about a host has it looked up. */
    List<InetAddress> of(String host) {
        if (LITERAL.matcher(host).matches()) {
            return known.computeIfAbsent(host, HostAddresses::literal);
        }
        if (wanted.add(host)) {
            waiting.add(host);
            lookUp();
        }
        return known.getOrDefault(host, List.of());
    }

    /** Looks all names up again that were asked for. The JVM's own cache limits how often that asks a name server. */
    void refresh() {
        if (waiting.isEmpty() && running == 0) {
            waiting.addAll(wanted);
            lookUp();
        }
    }

    /** Whether a name is being looked up. */
    boolean busy() {
        return running > 0;
    }

    /** Forgets hosts that are not among these, so that coming and going instances leave nothing behind. */
    void retain(Set<String> hosts) {
        wanted.retainAll(hosts);
        waiting.retainAll(hosts);
        known.keySet().retainAll(hosts);
    }

    private void lookUp() {
        while (running < MAX_LOOKUPS_AT_ONCE && !waiting.isEmpty()) {
            String host = waiting.remove();
            running++;
            lookups.execute(() -> {
                List<InetAddress> found = addresses(host);
                serial.execute(() -> found(host, found));
            });
        }
    }

    private void found(String host, List<InetAddress> addresses) {
        running--;
        lookUp();
        // Name servers give the same addresses in another order each time, which is no reason to connect anew.
        boolean news = wanted.contains(host)
                && !addresses.isEmpty()
                && !Set.copyOf(addresses).equals(Set.copyOf(known.getOrDefault(host, List.of())));
        if (news) {
            known.put(host, addresses);
        }
        if (news || running == 0) {
            changed.run();
        }
    }

    private static List<InetAddress> literal(String host) {
        try {
            return List.of(InetAddress.getByName(host));
        } catch (UnknownHostException e) {
            log.warn("{} is no address, so instances there are not called", host);
            return List.of();
        }
    }

    private static List<InetAddress> addresses(String host) {
        try {
            return List.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            log.warn("{} could not be looked up; what was known of it before stays. Tried again when calls fail", host);
            return List.of();
        }
    }
}
