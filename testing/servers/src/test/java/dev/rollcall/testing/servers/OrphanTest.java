package dev.rollcall.testing.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers end with the JVM that started them, whatever ended it. */
@Timeout(60)
class OrphanTest {

    @Test
    void serversAndTheirDataGoWhenTheJvmExits() throws IOException, InterruptedException {
        try (Parent parent = new Parent()) {
            parent.jvm.destroy();
            assertThat(parent.jvm.waitFor(30, TimeUnit.SECONDS)).isTrue();
            await().until(() -> !parent.serverIsAlive());
            assertThat(Files.exists(parent.directory)).isFalse();
        }
    }

    @Test
    void serversDieWhenTheJvmIsKilled() throws IOException {
        try (Parent parent = new Parent()) {
            parent.jvm.destroyForcibly();
            await().until(() -> !parent.serverIsAlive());
            Directories.delete(parent.directory);
        }
    }

    /** A JVM that starts an etcd from a thread that ends, tells its process, and waits. */
    private static final class Parent implements AutoCloseable {

        private final Process jvm;
        private final long server;
        private final Path directory;

        Parent() throws IOException {
            jvm = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            OrphanTest.class.getName())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader told = jvm.inputReader(StandardCharsets.UTF_8);
            server = Long.parseLong(told.readLine());
            directory = Path.of(told.readLine());
            assertThat(serverIsAlive()).isTrue();
        }

        /** A process without a parent to collect it may stay as a zombie, which is dead enough. */
        boolean serverIsAlive() {
            return ProcessHandle.of(server)
                    .flatMap(process -> process.info().command())
                    .isPresent();
        }

        @Override
        public void close() {
            jvm.destroyForcibly();
            ProcessHandle.of(server).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Thread starter = new Thread(() -> {
            EtcdServers etcd = EtcdServers.start();
            System.out.println(etcd.node(0).pid());
            System.out.println(etcd.directory());
        });
        starter.start();
        starter.join();
        System.in.read();
    }
}
