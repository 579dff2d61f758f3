package dev.rollcall.cli;

import dev.rollcall.Rollcall;
import dev.rollcall.StoreException;
import dev.rollcall.spi.BackendProvider;
import dev.rollcall.spi.Checkup;
import dev.rollcall.spi.Finding;
import dev.rollcall.spi.StoreUri;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/** Examines a registry: each member, then its use, then what is in it. Used by one thread. */
final class Doctor {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int STEPS_AFTER_MEMBERS = 2;

    private final RegistryOptions registry;
    private final boolean readOnly;
    private final Progress progress;
    private final Consumer<Diagnosis> findings;
    private final long startNanos = System.nanoTime();

    Doctor(RegistryOptions registry, boolean readOnly, Progress progress, Consumer<Diagnosis> findings) {
        this.registry = registry;
        this.readOnly = readOnly;
        this.progress = progress;
        this.findings = findings;
    }

    void examine() throws InterruptedException {
        StoreUri uri = registry.uri();
        try (Checkup checkup = registry.checked(() -> checkup(uri))) {
            List<String> members = uri.hosts().isEmpty() ? List.of("") : uri.hosts();
            int steps = members.size() + STEPS_AFTER_MEMBERS;
            int done = 0;
            boolean anyAnswers = false;
            for (String member : members) {
                if (isOver(member.isEmpty() ? uri.toString() : member)) {
                    return;
                }
                progress.step(done++, steps, "asking " + member);
                anyAnswers |= new MemberExamination(registry, member, checkup, findings).examine();
            }
            if (!anyAnswers || isOver(uri.toString())) {
                return;
            }
            progress.step(done++, steps, readOnly ? "reading" : "registering, writing, watching");
            new UseExamination(registry, finding -> tell(uri, finding)).examine(readOnly);
            if (!isOver(uri.toString())) {
                progress.step(done, steps, "looking at what is there");
                lookAtContents(uri, checkup);
            }
        }
    }

    private void lookAtContents(StoreUri uri, Checkup checkup) {
        try {
            checkup.contents().forEach(finding -> tell(uri, finding));
        } catch (StoreException e) {
            tell(uri, Complaint.of("layout", e));
        }
    }

    private void tell(StoreUri uri, Finding finding) {
        findings.accept(new Diagnosis(uri.toString(), finding));
    }

    private boolean isOver(String subject) {
        boolean over = System.nanoTime() - startNanos > LIMIT.toNanos();
        if (over) {
            findings.accept(new Diagnosis(
                    subject,
                    Finding.warn(
                            "time",
                            "not examined: " + LIMIT.toSeconds() + " s are over",
                            "name fewer members, or lower --timeout")));
        }
        return over;
    }

    private Checkup checkup(StoreUri uri) {
        for (BackendProvider provider : ServiceLoader.load(BackendProvider.class)) {
            if (provider.schemes().contains(uri.scheme())) {
                uri.requireKnownParameters(provider.parameters());
                return provider.checkup(uri, registry.requestTimeout(), !readOnly);
            }
        }
        Rollcall.connect(registry.text()).close(); // which refuses it, and says what there is instead
        return Checkup.none();
    }
}
