package dev.rollcall.zookeeper;

import dev.rollcall.spi.Backoff;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.client.HostProvider;

/**
 * Names the next server to try, after a pause that grows with each round in which none could be reached. ZooKeeper's client calls
 * this on its own thread, waits there, and adds up to a second of jitter of its own.
 */
final class PacedHostProvider implements HostProvider {
    private final HostProvider servers;
    private final Backoff backoff;
    private final CountDownLatch closing;
    private final Runnable roundFailed;
    private int tries;

    /**
     * @param closing ends the pauses when it reaches zero, so that a close doesn't wait for them
     * @param roundFailed is told when no server could be reached, which a handle that never was connected doesn't tell
     */
    PacedHostProvider(HostProvider servers, Backoff backoff, CountDownLatch closing, Runnable roundFailed) {
        this.servers = servers;
        this.backoff = backoff;
        this.closing = closing;
        this.roundFailed = roundFailed;
    }

    @Override
    public int size() {
        return servers.size();
    }

    @Override
    public InetSocketAddress next(long spinDelay) {
        int rounds = pauseBefore();
        if (rounds > 0) {
            roundFailed.run();
            try {
                Duration pause = backoff.pause(rounds, ThreadLocalRandom.current());
                if (closing.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                    return servers.next(0);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return servers.next(0);
    }

    /** How many rounds have failed, when another is about to begin; else 0. */
    private synchronized int pauseBefore() {
        int done = tries++;
        return done % size() == 0 ? done / size() : 0;
    }

    @Override
    public void onConnected() {
        synchronized (this) {
            tries = 0;
        }
        servers.onConnected();
    }

    @Override
    public boolean updateServerList(Collection<InetSocketAddress> addresses, InetSocketAddress current) {
        return servers.updateServerList(addresses, current);
    }
}
