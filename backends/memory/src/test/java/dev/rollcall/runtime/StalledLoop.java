package dev.rollcall.runtime;

import dev.rollcall.spi.EventLoop;
import dev.rollcall.tck.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** An event loop whose thread can be held up while time goes on, as by a long garbage collection. */
final class StalledLoop implements EventLoop {
    private final VirtualTime time;
    private final List<Runnable> held = new ArrayList<>();
    private boolean stalled;

    StalledLoop(VirtualTime time) {
        this.time = time;
    }

    void stall() {
        stalled = true;
    }

    void goOn() {
        stalled = false;
        held.forEach(time::execute);
        held.clear();
    }

    private void run(Runnable task) {
        if (stalled) {
            held.add(task);
        } else {
            task.run();
        }
    }

    @Override
    public void execute(Runnable task) {
        time.execute(() -> run(task));
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        return time.schedule(delay, () -> run(task));
    }

    @Override
    public long nanoTime() {
        return time.nanoTime();
    }

    @Override
    public Instant now() {
        return time.now();
    }

    @Override
    public void close() {
        // the time is others' too
    }
}
