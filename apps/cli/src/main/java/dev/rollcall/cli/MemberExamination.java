package dev.rollcall.cli;

import dev.rollcall.LossProtection;
import dev.rollcall.Rollcall;
import dev.rollcall.StoreException;
import dev.rollcall.spi.Checkup;
import dev.rollcall.spi.Finding;
import dev.rollcall.spi.MemberReport;
import dev.rollcall.spi.MemberReport.ClockOffset;
import dev.rollcall.spi.StoreUri;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/** Examines one member of a registry: whether it can be reached, answers, and how it is. Used by one thread. */
final class MemberExamination {
    private static final int ROUND_TRIPS = 10;
    private static final Duration SLOW = Duration.ofMillis(250);
    private static final Duration SKEWED = Duration.ofSeconds(1);
    /** Nothing is written there; to be told so takes a round trip. */
    private static final String KEY = Checkup.NAME_PREFIX + "latency";

    private final RegistryOptions registry;
    private final StoreUri uri;
    private final String member;
    private final Checkup checkup;
    private final Consumer<Diagnosis> findings;

    /** @param member as in the URI; empty for a registry that names no hosts */
    MemberExamination(RegistryOptions registry, String member, Checkup checkup, Consumer<Diagnosis> findings) {
        this.registry = registry;
        this.uri = registry.uri();
        this.member = member;
        this.checkup = checkup;
        this.findings = findings;
    }

    /** Whether it answers. */
    boolean examine() throws InterruptedException {
        if (!member.isEmpty() && !isReachable()) {
            return false;
        }
        if (!answers()) {
            return false;
        }
        try {
            MemberReport report = checkup.member(member);
            report.findings().forEach(this::tell);
            report.clock().ifPresent(offset -> tell(clock(offset)));
            return true;
        } catch (StoreException e) {
            tell(Complaint.of("state", e));
            return false;
        }
    }

    private boolean isReachable() {
        AddressProbe probe = AddressProbe.of(member, uri.scheme(), registry.requestTimeout());
        Finding address = probe.examine();
        tell(address);
        if (address.verdict() == Finding.Verdict.FAIL) {
            return false;
        }
        return !uri.tls() || tell(TlsProbe.examine(probe, uri));
    }

    /** Uses the member as any client does, and takes the time. */
    private boolean answers() throws InterruptedException {
        long[] nanos = new long[ROUND_TRIPS];
        try (Rollcall rollcall = registry.checked(() -> Rollcall.builder(registry.textFor(member))
                .name("rollcall-doctor")
                .requestTimeout(registry.requestTimeout())
                .lossProtection(LossProtection.off())
                .connect())) {
            if (!roundTrip(rollcall)) { // the first one connects and logs on
                return true; // a client that can't log on is refused without being asked, so there is no time to take
            }
            for (int i = 0; i < ROUND_TRIPS; i++) {
                long start = System.nanoTime();
                roundTrip(rollcall);
                nanos[i] = System.nanoTime() - start;
            }
        } catch (StoreException e) {
            Finding complaint = Complaint.of("answer", e);
            tell(!member.isEmpty() && !uri.tls() && e.concernsWholeStore() ? sharpened(complaint) : complaint);
            return false;
        }
        tell(latency(nanos));
        return true;
    }

    /** Whether there was an answer other than that this may not be asked; what may be is looked at later. */
    private boolean roundTrip(Rollcall rollcall) throws InterruptedException {
        try {
            registry.checked(() -> rollcall.config().read(KEY)).get();
            return true;
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof StoreException failure)) {
                throw new IllegalStateException(e.getCause());
            }
            if (failure.kind() != StoreException.Kind.DENIED) {
                throw failure;
            }
            return false;
        }
    }

    private Finding sharpened(Finding complaint) {
        AddressProbe probe = AddressProbe.of(member, uri.scheme(), registry.requestTimeout());
        return TlsProbe.speaksTls(probe)
                ? Finding.fail(
                        complaint.check(),
                        "it speaks TLS, the URI says " + uri.scheme() + "://",
                        "use " + uri.scheme() + "+tls://, with ?ca=… unless the platform trusts its certificate")
                : Finding.fail(
                        complaint.check(),
                        "it accepts connections, but does not answer as " + uri.scheme() + ": " + complaint.text(),
                        "see whether " + uri.scheme() + " serves its clients at this port, and its log");
    }

    private static Finding latency(long[] nanos) {
        Arrays.sort(nanos);
        String text = String.format(
                Locale.ROOT,
                "%.1f ms, the median of %d round trips (least %.1f, most %.1f)",
                nanos[nanos.length / 2] / 1e6,
                nanos.length,
                nanos[0] / 1e6,
                nanos[nanos.length - 1] / 1e6);
        return nanos[nanos.length / 2] < SLOW.toNanos()
                ? Finding.ok("latency", text)
                : Finding.warn("latency", text, "use a registry that is nearer, or see what keeps this one busy");
    }

    private static Finding clock(ClockOffset offset) {
        String text = String.format(
                Locale.ROOT,
                "%.1f s %s ours, give or take %.1f s",
                offset.ahead().abs().toMillis() / 1e3,
                offset.ahead().isNegative() ? "behind" : "ahead of",
                offset.uncertainty().toMillis() / 1e3);
        boolean skewed = offset.ahead().abs().minus(offset.uncertainty()).compareTo(SKEWED) > 0;
        return skewed
                ? Finding.warn(
                        "clock",
                        text,
                        "set both by NTP: Rollcall's leases don't mind, but certificates, tokens and logs do")
                : Finding.ok("clock", text);
    }

    private boolean tell(Finding finding) {
        findings.accept(new Diagnosis(member.isEmpty() ? uri.toString() : member, finding));
        return finding.verdict() != Finding.Verdict.FAIL;
    }
}
