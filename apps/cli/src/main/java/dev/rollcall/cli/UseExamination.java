package dev.rollcall.cli;

import dev.rollcall.Instance;
import dev.rollcall.Live;
import dev.rollcall.Reading;
import dev.rollcall.Registration;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.Snapshot;
import dev.rollcall.Status;
import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.Subscription;
import dev.rollcall.config.Config;
import dev.rollcall.spi.Checkup;
import dev.rollcall.spi.Finding;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Uses a registry as applications do, under a name of its own, and takes back what it wrote. Used by one thread. */
final class UseExamination {
    private static final int SUFFIX_CHARS = 8;

    private final RegistryOptions registry;
    private final Duration timeout;
    private final Consumer<Finding> findings;
    private final String name =
            Checkup.NAME_PREFIX + UUID.randomUUID().toString().substring(0, SUFFIX_CHARS);

    private @Nullable Finding unreadable;

    UseExamination(RegistryOptions registry, Consumer<Finding> findings) {
        this.registry = registry;
        this.timeout = registry.requestTimeout();
        this.findings = findings;
    }

    void examine(boolean readOnly) throws InterruptedException {
        registry.withClient(null, rollcall -> {
            try (ServiceView view = rollcall.discover(name)) {
                boolean readable = isReadable(view);
                if (!readOnly) {
                    register(rollcall, view, readable);
                }
            }
            configuration(rollcall.config(), readOnly);
            return ExitCode.OK;
        });
    }

    private boolean isReadable(Live<Snapshot> view) throws InterruptedException {
        try {
            FirstAnswer.known(view, timeout);
            findings.accept(Finding.ok("read", "instances can be listed and watched"));
            return true;
        } catch (StoreException e) {
            unreadable = Complaint.of("read", e);
            findings.accept(unreadable);
            return false;
        }
    }

    private void register(Rollcall rollcall, ServiceView view, boolean readable) throws InterruptedException {
        // out of service, so that nobody would choose it
        Instance instance = Instance.of(name, "http://127.0.0.1:1").withStatus(Status.OUT_OF_SERVICE);
        try (Registration registration = rollcall.register(instance)) {
            try {
                FirstAnswer.registered(registration, timeout);
                findings.accept(Finding.ok("write", "an instance can be registered"));
            } catch (StoreException e) {
                Finding complaint = Complaint.of("write", e);
                Finding refusal = unreadable;
                findings.accept(
                        refusal != null && e.kind() == Kind.TIMEOUT
                                ? Finding.fail(
                                        "write", complaint.text(), refusal.remedy()) // a client that can't log on
                                : complaint);
                return;
            }
            if (readable) {
                watch(view, registration);
            }
            long start = System.nanoTime();
            boolean removed = Deregistration.confirmed(registration.closeAsync(), timeout);
            boolean gone = removed
                    && (!readable || sees(view, snapshot -> snapshot.instances().isEmpty()));
            findings.accept(
                    gone
                            ? Finding.ok("delete", "it can be deregistered, and is gone " + since(start))
                            : Finding.fail(
                                    "delete",
                                    removed
                                            ? "it was deregistered, but is still seen"
                                            : "it could not be deregistered within " + timeout.toMillis() + " ms",
                                    "it goes at the end of its lease; grant the permission to delete, or see the"
                                            + " server's log"));
        }
    }

    private void watch(ServiceView view, Registration registration) throws InterruptedException {
        if (!sees(view, snapshot -> !snapshot.instances().isEmpty())) {
            findings.accept(unseen());
            return;
        }
        long start = System.nanoTime();
        var unused = registration.update(instance -> instance.withWeight(2));
        boolean seen =
                sees(view, snapshot -> snapshot.instances().stream().anyMatch(instance -> instance.weight() == 2));
        findings.accept(seen ? Finding.ok("watch", "a change is seen " + since(start)) : unseen());
    }

    private Finding unseen() {
        return Finding.fail(
                "watch",
                "a change was not seen within " + timeout.toMillis() + " ms",
                "see whether the members agree with each other, and a proxy in between cuts streams");
    }

    private void configuration(Config config, boolean readOnly) throws InterruptedException {
        try {
            answer(config.read(name));
            if (readOnly) {
                findings.accept(Finding.ok("configuration", "keys can be read"));
                return;
            }
            findings.accept(isWritable(config));
        } catch (StoreException e) {
            Finding complaint = Complaint.of("configuration", e);
            findings.accept(
                    e.kind() == Kind.DENIED
                            ? Finding.warn(
                                    "configuration",
                                    complaint.text(),
                                    "grant reading and writing below configRoot, if configuration is to be kept there")
                            : complaint);
        }
    }

    private Finding isWritable(Config config) throws InterruptedException {
        boolean deleted = false;
        try {
            answer(config.write(name, "written by rollcall doctor"));
            boolean there = answer(config.read(name)).isPresent();
            deleted = answer(config.delete(name));
            return there && deleted
                    ? Finding.ok("configuration", "keys can be written, read and deleted")
                    : Finding.fail("configuration", "what was written was not there", "see the server's log");
        } finally {
            if (!deleted) {
                deleteInAnyCase(config);
            }
        }
    }

    /** Whether it was written may be unknown, and then it must not stay; nor may an impatient user keep it. */
    private void deleteInAnyCase(Config config) {
        try {
            config.delete(name).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // what can't be deleted could most likely not be written
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean sees(ServiceView view, Predicate<Snapshot> wanted) throws InterruptedException {
        CompletableFuture<Void> seen = new CompletableFuture<>();
        Subscription listening = view.listen(reading -> {
            if (reading instanceof Reading.Fresh<Snapshot> fresh && wanted.test(fresh.known())) {
                seen.complete(null);
            }
        });
        try (listening) {
            seen.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static <T> T answer(Future<T> asked) throws InterruptedException {
        try {
            return asked.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof StoreException failure
                    ? failure
                    : new StoreException(Kind.REJECTED, "unexpected failure: " + e.getCause(), e);
        }
    }

    private static String since(long startNanos) {
        return String.format(Locale.ROOT, "%.1f ms later", (System.nanoTime() - startNanos) / 1e6);
    }
}
