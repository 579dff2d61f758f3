package dev.rollcall.runtime;

import dev.rollcall.Rollcall;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Clients who make claims in one line at random, under random faults: the frame, in which a subclass acts and looks. */
abstract class RandomHistory {
    static final List<String> CLIENTS = List.of("a", "b", "c");

    final Simulation simulation;
    final Map<String, Rollcall> clients = new HashMap<>();
    /** Whether somebody ends leases and deletes claims. */
    final boolean meddling;

    private final String line;

    RandomHistory(long seed, boolean meddling, String line) {
        this.simulation = new Simulation(seed);
        this.meddling = meddling;
        this.line = line;
        CLIENTS.forEach(name -> clients.put(name, simulation.client(name)));
    }

    /** Does one thing that those who make claims do, of {@code number} from 0 to 5. */
    abstract void claim(int number);

    /** Looks whether all is as it should be, at some moment. */
    abstract void look();

    void happen() {
        int steps = 20 + random(60);
        for (int step = 0; step < steps; step++) {
            if (random(3) == 0) {
                simulation.loop.preemptNext(Duration.ofMillis(random(1_000)));
            }
            act();
            simulation.loop.preemptNext(Duration.ZERO);
            pass(Duration.ofMillis(random(4) == 0 ? random(30_000) : random(1_000)));
        }
    }

    private void act() {
        int number = random(meddling ? 14 : 12);
        switch (number) {
            case 0, 1, 2, 3, 4, 5 -> claim(number);
            case 6, 7 -> simulation.breakLink(pick(CLIENTS));
            case 8, 9, 10 -> simulation.link(pick(CLIENTS)).heal();
            case 11 -> restart();
            case 12 -> simulation.store.endLeases(Set.of(pick(CLIENTS)));
            default -> simulation.store.deleteFirstClaim(line);
        }
    }

    private void restart() {
        if (random(2) == 0) {
            simulation.store.kill();
        } else {
            simulation.store.restart();
        }
    }

    /** Ends all faults. */
    void heal() {
        simulation.store.restart();
        for (String client : CLIENTS) {
            simulation.link(client).heal();
            simulation.link(client).delay(Duration.ZERO, Duration.ZERO);
        }
    }

    /** Lets time pass, and looks at every moment at which something may have happened. */
    void pass(Duration span) {
        for (long left = span.toMillis(); left > 0; ) {
            long step = Math.min(left, 1 + random(100));
            simulation.advance(Duration.ofMillis(step));
            left -= step;
            look();
        }
    }

    int random(int bound) {
        return simulation.random.nextInt(bound);
    }

    <T> T pick(List<T> all) {
        return all.get(random(all.size()));
    }
}
