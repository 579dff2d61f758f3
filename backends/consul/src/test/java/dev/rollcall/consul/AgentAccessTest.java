package dev.rollcall.consul;

import static dev.rollcall.consul.Clients.eventually;
import static dev.rollcall.consul.Clients.known;
import static dev.rollcall.consul.Clients.registered;
import static dev.rollcall.consul.Clients.staleBecause;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rollcall.Instance;
import dev.rollcall.Live;
import dev.rollcall.Reading;
import dev.rollcall.Registration;
import dev.rollcall.RegistrationState.Phase;
import dev.rollcall.Rollcall;
import dev.rollcall.ServiceView;
import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import dev.rollcall.config.Config;
import dev.rollcall.config.Decoder;
import dev.rollcall.testing.servers.ConsulServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Access control on a real agent that allows nothing by default. */
class AgentAccessTest {
    private static final String MASTER = "b1gs33cr-3t00-4000-8000-000000000001";
    private static final String RULES =
            "service_prefix \\\"\\\" { policy = \\\"%s\\\" } node_prefix \\\"\\\" { policy = \\\"read\\\" }";
    private static final Pattern SECRET = Pattern.compile("\"SecretID\":\\s*\"([^\"]+)\"");
    private static final Pattern ACCESSOR = Pattern.compile("\"AccessorID\":\\s*\"([^\"]+)\"");

    private static ConsulServers servers;
    private static ConsulApi admin;
    private static int tests;

    private final Clients clients = new Clients();
    private final String service = "guarded-" + ++tests;
    private final Instance instance = Instance.of(service, "http://10.0.0.1:80");

    /** A token and what it is called by those who delete it. */
    private record Made(String secret, String accessor) {}

    @BeforeAll
    static void start() {
        servers = ConsulServers.builder().inMemory().masterToken(MASTER).start();
        admin = new ConsulApi(servers.endpoints().get(0), MASTER);
        for (String policy : new String[] {"read", "write"}) {
            admin.put(
                    "/v1/acl/policy",
                    "{\"Name\":\"services-" + policy + "\",\"Rules\":\"" + RULES.formatted(policy) + "\"}");
        }
        admin.put(
                "/v1/acl/policy",
                "{\"Name\":\"nodes-only\",\"Rules\":\"node_prefix \\\"\\\" { policy = \\\"read\\\" }\"}");
    }

    @AfterEach
    void closeClients() {
        clients.close();
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    private static Made token(String policy) {
        String answer = admin.put("/v1/acl/token", "{\"Policies\":[{\"Name\":\"" + policy + "\"}]}");
        return new Made(group(SECRET, answer), group(ACCESSOR, answer));
    }

    private static void delete(Made token) {
        admin.delete("/v1/acl/token/" + token.accessor);
    }

    private static String group(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher.group(1);
    }

    private String uri(String parameter) {
        return servers.uri() + "/?" + parameter;
    }

    @Test
    void withoutATokenNothingIsSeenOrRegisteredAndBothSaySo() {
        Registration registration = clients.open(servers.uri()).register(instance);
        ServiceView view = clients.open(servers.uri()).discover(service);

        eventually().until(() -> registration.state().cause() != null);
        assertThat(registration.state().cause().kind()).isEqualTo(Kind.DENIED);
        assertThat(registration.state().cause()).hasMessageContainingAll("403", "?tokenFile=");
        eventually().until(() -> view.reading() instanceof Reading.Pending<?> pending && pending.cause() != null);
        assertThat(((Reading.Pending<?>) view.reading()).cause().kind()).isEqualTo(Kind.DENIED);
    }

    /** What was refused isn't there: a removal would be refused as well, again and again. */
    @Test
    void aRegistrationThatWasRefusedHasNothingToRemove() {
        Registration registration = clients.open(uri("token=no-such-token")).register(instance);
        eventually().until(() -> registration.state().cause() != null);
        assertThat(registration.state().cause().kind()).isEqualTo(Kind.DENIED);

        registration.closeAsync().join();
    }

    @Test
    void aTokenThatMayReadCannotRegister() throws InterruptedException {
        String secret = token("services-read").secret;
        Registration registration = clients.open(uri("token=" + secret)).register(instance);

        eventually().until(() -> registration.state().cause() != null);
        assertThat(registration.state().cause().kind()).isEqualTo(Kind.DENIED);
        assertThat(registration.state().cause().getMessage())
                .contains("service:write")
                .doesNotContain(secret);
        assertThat(known(clients.open(uri("token=" + secret)), service).instances())
                .isEmpty();
    }

    @Test
    void aTokenThatIsDeletedMidWayKeepsTheView() throws InterruptedException {
        Made reading = token("services-read");
        Registration registration = registered(clients.open(uri("token=" + MASTER)), instance);
        ServiceView view = known(clients.open(uri("token=" + reading.secret)), service);
        assertThat(view.instances()).hasSize(1);

        delete(reading);
        registration.update(now -> now.withWeight(2)).join();

        StoreException cause = staleBecause(view, Kind.DENIED);
        assertThat(cause.getMessage()).contains("ACL not found").doesNotContain(reading.secret);
        assertThat(view.instances()).containsExactly(instance);
    }

    @Test
    void aTokenThatLosesItsRightsMidWayDoesNotEmptyTheView() throws InterruptedException {
        Made reading = token("services-read");
        Registration registration = registered(clients.open(uri("token=" + MASTER)), instance);
        ServiceView view = known(clients.open(uri("token=" + reading.secret)), service);
        Rollcall sharing = clients.open(uri("token=" + reading.secret + "&connections=1"));
        known(sharing, "another"); // which takes the only connection
        ServiceView shared = known(sharing, service);
        assertThat(view.instances()).hasSize(1);
        assertThat(shared.instances()).hasSize(1);

        admin.put(
                "/v1/acl/token/" + reading.accessor,
                "{\"AccessorID\":\"" + reading.accessor + "\",\"Policies\":[{\"Name\":\"nodes-only\"}]}");
        registration.update(now -> now.withWeight(2)).join();

        assertThat(staleBecause(view, Kind.DENIED)).hasMessageContaining("service:read");
        assertThat(view.instances()).containsExactly(instance);
        assertThat(staleBecause(shared, Kind.DENIED)).hasMessageContaining("service:read");
        assertThat(shared.instances()).containsExactly(instance);
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 1})
    void configurationThatMayNotBeReadIsDeniedRatherThanAbsent(int connections) {
        Config config = clients.open(uri("connections=" + connections + "&token=" + token("services-read").secret))
                .config();
        clients.open(uri("token=" + MASTER))
                .config()
                .write("limits/" + service, "1")
                .join();

        for (Live<?> live : List.of(
                config.follow("limits/" + service, Decoder.text()), config.followPrefix("limits", Decoder.text()))) {
            eventually()
                    .until(() -> live.reading() instanceof Reading.Pending<?> pending
                            && pending.cause() != null
                            && pending.cause().kind() == Kind.DENIED);
        }
        assertThat(config.write("limits/" + service, "2"))
                .failsWithin(Clients.PATIENCE)
                .withThrowableThat()
                .havingCause()
                .extracting("kind")
                .isEqualTo(Kind.DENIED);
    }

    @Test
    void aTokenInAFileThatIsRenewedAfterItsEndGoesOn(@TempDir Path directory) throws IOException, InterruptedException {
        Made old = token("services-write");
        Path file = Files.writeString(directory.resolve("token"), old.secret + "\n");
        Registration registration = registered(clients.open(uri("tokenFile=" + file)), instance);
        ServiceView view = known(clients.open(uri("tokenFile=" + file)), service);
        assertThat(view.instances()).hasSize(1);

        delete(old);
        eventually().until(() -> registration.state().cause() != null);
        assertThat(registration.state().cause().getMessage())
                .contains("ACL not found")
                .doesNotContain(old.secret);
        Files.writeString(file, token("services-write").secret);

        eventually().until(() -> registration.state().phase() == Phase.REGISTERED);
        registration.update(now -> now.withWeight(5)).join();
        eventually().until(() -> view.instances().get(0).weight() == 5);
        eventually().until(() -> view.reading() instanceof Reading.Fresh);
    }
}
