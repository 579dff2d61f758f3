package dev.rollcall.cli;

import dev.rollcall.spi.Finding.Verdict;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rollcall doctor}: what is wrong with a registry, and what to do about it. */
@Command(
        name = "doctor",
        description = {
            "Find out what is wrong with a registry, and what to do about it.",
            "Looks at each member's address, certificates, answers, version and clock; registers an instance and"
                    + " writes a configuration key of its own, watches them come and go, and leaves nothing behind."
        },
        exitCodeList = {
            "0:all that matters is in order; warnings don't count",
            "1:something is not; the lines that begin with fail say what",
            "2:wrong usage"
        },
        footer = {
            "  rollcall doctor",
            "  rollcall doctor etcd://10.0.0.1:2379,10.0.0.2:2379,10.0.0.3:2379",
            "  rollcall doctor consul://127.0.0.1:8500 --read-only",
            "  rollcall doctor -o json | jq 'select(.result != \"ok\")'",
            "",
            "JSON has the fields subject (a member, or the registry), check, result (ok, warn",
            "or fail), text and remedy. It takes a minute at the most."
        })
final class DoctorCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(
            paramLabel = "URI",
            arity = "0..1",
            description = "The registry, instead of --registry or $ROLLCALL_REGISTRY.")
    private @Nullable String uri;

    @Option(
            names = "--read-only",
            order = 1,
            description = "Write nothing: for consumers, who need not, and for those who must not.")
    private boolean readOnly;

    @Mixin
    private final OutputFormat.Choice output = new OutputFormat.Choice();

    @Mixin
    private final RegistryOptions registry = new RegistryOptions();

    DoctorCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (uri != null) {
            registry.use(uri);
        }
        StopSignal stop = StopSignal.install(Thread.currentThread()::interrupt);
        FindingPrinter printer = new FindingPrinter(terminal, output.format());
        Progress progress = terminal.progress("looking at " + registry.shown());
        try (progress) {
            new Doctor(registry, readOnly, progress, printer::print).examine();
        } catch (InterruptedException e) {
            terminal.note("stopped; what it had written is removed.");
            return stop.exitCode();
        }
        printer.summary();
        return printer.count(Verdict.FAIL) == 0 ? ExitCode.OK : ExitCode.FAILED;
    }
}
