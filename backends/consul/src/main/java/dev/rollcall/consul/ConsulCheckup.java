package dev.rollcall.consul;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.rollcall.StoreException;
import dev.rollcall.consul.ConsulSettings.HostPort;
import dev.rollcall.spi.Checkup;
import dev.rollcall.spi.Finding;
import dev.rollcall.spi.MemberReport;
import dev.rollcall.spi.MemberReport.ClockOffset;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Looks into Consul: its agents' versions, clocks and troubles, and who has registered what there. Used by one thread. */
final class ConsulCheckup implements Checkup {
    private static final JsonFactory JSON = new JsonFactory();
    private static final Call LEADER = Call.get("/v1/status/leader", "");
    private static final Call SELF = Call.get("/v1/agent/self", "");
    private static final Call SERVICES = Call.get("/v1/catalog/services", "");
    private static final int MAX_SAMPLES = 20;

    private final ConsulSettings settings;
    private final Failures failures;
    private final Duration timeout;
    private final HttpClient client;
    private @Nullable HostPort answering;

    private record Told(Answer answer, Optional<ClockOffset> clock) {}

    ConsulCheckup(ConsulSettings settings, Duration timeout) {
        this.settings = settings;
        this.failures = new Failures(settings);
        this.timeout = timeout;
        this.client = HttpClients.client(settings);
    }

    @Override
    public MemberReport member(String host) {
        HostPort agent = ConsulSettings.agent(host);
        Told leader = ask(agent, LEADER);
        List<Finding> findings = new ArrayList<>();
        Told self = ask(agent, SELF);
        if (self.answer.isOk()) {
            ConsulFacts facts = new ConsulFacts();
            read(agent, SELF, self.answer, facts::self);
            findings.add(facts.version());
        } else if (self.answer.status() == Failures.FORBIDDEN) {
            findings.add(Finding.ok("version", "not told to this token, which lacks agent:read"));
        } else {
            throw failures.refused(agent, SELF, self.answer);
        }
        if (!leader.answer.isOk() || leader.answer.body().length <= "\"\"".length()) {
            findings.add(Finding.fail(
                    "leader",
                    "it knows no leader, so nothing can be registered with other agents or written",
                    "bring a majority of the servers back, and see 'consul operator raft list-peers'"));
        }
        answering = answering == null ? agent : answering;
        return new MemberReport(leader.clock, findings);
    }

    @Override
    public List<Finding> contents() {
        HostPort agent = answering;
        if (agent == null) {
            return List.of();
        }
        Call question = SERVICES.with(
                settings.scope().datacenter().map(dc -> "dc=" + Call.part(dc)).orElse(""));
        Told told = ask(agent, question);
        if (!told.answer.isOk()) {
            return List.of();
        }
        ConsulFacts facts = new ConsulFacts();
        read(agent, question, told.answer, facts::catalogue);
        for (String service : facts.services().stream().limit(MAX_SAMPLES).toList()) {
            Call entries = Call.get("/v1/health/service/" + Call.part(service), question.query());
            Told found = ask(agent, entries);
            if (found.answer.isOk()) {
                facts.entries(parsed(agent, entries, () -> CatalogReader.healthOfService(found.answer.body())));
            }
        }
        Call upstreams = Call.get("/v1/kv/" + Call.path(settings.upstreamRoot()), "keys&separator=/");
        Told folders = ask(agent, upstreams);
        facts.upstreams(parsed(agent, upstreams, () -> KvEntries.keys(folders.answer)));
        return facts.layouts();
    }

    private Told ask(HostPort agent, Call call) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(settings.base(agent) + call.target()))
                .timeout(timeout);
        settings.token().value().ifPresent(token -> request.header("X-Consul-Token", token));
        long asked = System.currentTimeMillis();
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request.build(), head -> new BoundedBody(settings.maxAnswerBytes()));
        try {
            HttpResponse<byte[]> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            long answered = System.currentTimeMillis();
            return new Told(
                    new Answer(response.statusCode(), 0, false, response.body()),
                    response.headers()
                            .firstValue("Date")
                            .flatMap(ConsulCheckup::parsed)
                            .map(told -> ClockOffset.of(told, Duration.ofSeconds(1), asked, answered)));
        } catch (ExecutionException e) {
            throw failures.transport(agent, call, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw failures.late(agent, call);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException(StoreException.Kind.CLOSED, call + ": interrupted", e);
        } finally {
            answer.cancel(true);
        }
    }

    private static Optional<Long> parsed(String date) {
        try {
            return Optional.of(ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant()
                    .toEpochMilli());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** What reads an answer. */
    @FunctionalInterface
    private interface Parser<T> {
        T parse() throws IOException;
    }

    private <T> T parsed(HostPort agent, Call call, Parser<T> parser) {
        try {
            return parser.parse();
        } catch (IOException e) {
            throw failures.unreadable(agent, call, e);
        }
    }

    /** Tells the names and scalar values of an answer, each with the JSON pointer to it. */
    private void read(HostPort agent, Call call, Answer answer, BiConsumer<String, String> values) {
        try (JsonParser parser = JSON.createParser(answer.body())) {
            while (parser.nextToken() != null) {
                if (parser.currentToken().isScalarValue()
                        || parser.currentToken().isStructStart()) {
                    String text = parser.currentToken().isScalarValue() ? parser.getText() : "";
                    values.accept(parser.getParsingContext().pathAsPointer().toString(), text);
                }
            }
        } catch (IOException e) {
            throw failures.unreadable(agent, call, e);
        }
    }

    @Override
    public void close() {
        // the HTTP client is shared, and nothing is left behind
    }
}
