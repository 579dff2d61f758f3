package dev.rollcall.cli;

import dev.rollcall.Rollcall;
import dev.rollcall.StoreException;
import dev.rollcall.embedded.EmbeddedRegistry;
import dev.rollcall.spi.StoreUri;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code rollcall demo}: the whole life of a service, on real processes. */
@Command(
        name = "demo",
        description = {
            "See it work, with nothing installed.",
            "Starts a registry in this process and three HTTP services as processes of their own, "
                    + "balances real requests over them, changes a weight, kills one service, asks the others to "
                    + "leave, and prints what it observed and when."
        },
        exitCodeList = {
            "0:everything that was claimed was observed",
            "1:something was not; the last lines say what",
            "2:wrong usage",
            "3:the registry can't be reached"
        },
        footer = {
            "  rollcall demo",
            "  rollcall demo --stay --allow-changes",
            "  rollcall demo --registry etcd://127.0.0.1:2379",
            "",
            "On a registry of yours the demo uses a service name of its own and removes its",
            "instances. ROLLCALL_REGISTRY is not looked at."
        })
final class DemoCommand implements Callable<Integer> {
    private static final String SERVICE = "greeter";
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(
            names = "--registry",
            paramLabel = "URI",
            order = 1,
            description = "Use this registry instead of starting one.")
    private @Nullable String registry;

    @Option(
            names = "--stay",
            order = 2,
            description = {
                "Show it in the browser too, and at the end",
                "start the services again and stay until",
                "Ctrl-C."
            })
    private boolean stay;

    @Mixin
    private final ConsoleBeside console = new ConsoleBeside();

    DemoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        console.requireShown(stay, "--stay");
        Thread demo = Thread.currentThread();
        StopSignal stop = StopSignal.install(demo::interrupt);
        try {
            return registry == null ? onItsOwnRegistry() : onRegistry(registry);
        } catch (InterruptedException e) {
            terminal.note("stopped; its processes and files are removed.");
            return stop.exitCode();
        }
    }

    private int onItsOwnRegistry() throws InterruptedException {
        Timeline timeline = new Timeline(terminal);
        DataDirectory scratch = DataDirectory.temporary("rollcall-demo-");
        DemoStory story;
        try (scratch) {
            timeline.doing("registry", "starting one in this process");
            String uri;
            try (EmbeddedRegistry server = EmbeddedRegistry.start(scratch.path().resolve("registry"), 0)) {
                uri = server.uri();
                story = new DemoStory(timeline, uri, SERVICE, scratch.path());
                tell(story, uri);
            }
            timeline.claim(
                    "registry",
                    PortProbe.all(StoreUri.parse(uri)).stream().noneMatch(PortProbe::accepts),
                    "stopped: nothing listens at " + uri + " any more",
                    "the registry at " + uri + " stops");
        } catch (IOException e) {
            throw new CommandFailedException(ExitCode.FAILED, "can't run the demo: " + e.getMessage(), e);
        }
        return end(timeline, story, scratch);
    }

    private int onRegistry(String uri) throws InterruptedException {
        Timeline timeline = new Timeline(terminal);
        DataDirectory scratch = DataDirectory.temporary("rollcall-demo-");
        String service = SERVICE + "-" + UUID.randomUUID().toString().substring(0, 8);
        DemoStory story = new DemoStory(timeline, uri, service, scratch.path());
        try (scratch) {
            tell(story, uri);
        } catch (IOException e) {
            throw new CommandFailedException(ExitCode.FAILED, "can't run the demo: " + e.getMessage(), e);
        }
        return end(timeline, story, scratch);
    }

    private void tell(DemoStory story, String uri) throws InterruptedException, IOException {
        Rollcall rollcall;
        try {
            rollcall = Rollcall.connect(uri);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        boolean answered = false;
        try {
            tell(story, uri, rollcall);
            answered = true;
        } catch (StoreException e) {
            throw Unanswered.failure(StoreUri.parse(uri), e, "Without --registry the demo starts one of its own.");
        } finally {
            Deregistration.confirmed(rollcall.closeAsync(), answered ? CLOSE_LIMIT : Duration.ZERO);
        }
    }

    private void tell(DemoStory story, String uri, Rollcall rollcall) throws InterruptedException, IOException {
        if (!stay) {
            story.tell(rollcall);
            return;
        }
        try (RegistryConsole shown =
                RegistryConsole.open(uri, (client, name) -> console.start(client, name, terminal))) {
            terminal.lineNow("see it in the browser: " + shown.uri());
            story.tell(rollcall);
            story.stay();
        }
    }

    private static int end(Timeline timeline, DemoStory story, DataDirectory scratch) {
        timeline.claim(
                "left over",
                !story.anyAlive() && Files.notExists(scratch.path()),
                "nothing: the processes have ended, the temporary files are removed",
                "all processes end and " + scratch.path() + " is removed");
        return timeline.verdict() ? ExitCode.OK : ExitCode.FAILED;
    }
}
