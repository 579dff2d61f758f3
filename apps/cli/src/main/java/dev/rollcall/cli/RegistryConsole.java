package dev.rollcall.cli;

import dev.rollcall.LossProtection;
import dev.rollcall.Rollcall;
import dev.rollcall.console.Console;
import dev.rollcall.spi.StoreUri;
import java.time.Duration;

/** A console beside something else that this process does, with a client of its own. */
final class RegistryConsole implements AutoCloseable {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

    private final Rollcall rollcall;
    private final Console console;

    private RegistryConsole(Rollcall rollcall, Console console) {
        this.rollcall = rollcall;
        this.console = console;
    }

    /** Starts a console of a client. */
    @FunctionalInterface
    interface Opening {
        /**
         * Starts it.
         *
         * @param shown the registry, fit to be shown
         */
        Console start(Rollcall rollcall, String shown) throws InterruptedException;
    }

    /**
     * Connects, and starts a console.
     *
     * @param registry the URI, with its password if it has one
     */
    static RegistryConsole open(String registry, Opening opening) throws InterruptedException {
        Rollcall rollcall = Rollcall.builder(registry)
                .name("rollcall-console")
                .lossProtection(LossProtection.off())
                .connect();
        boolean open = false;
        try {
            Console console = opening.start(rollcall, StoreUri.parse(registry).toString());
            open = true;
            return new RegistryConsole(rollcall, console);
        } finally {
            if (!open) {
                var unused = rollcall.closeAsync();
            }
        }
    }

    String uri() {
        return console.uri();
    }

    @Override
    public void close() {
        console.close();
        try {
            Deregistration.confirmed(rollcall.closeAsync(), CLOSE_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
