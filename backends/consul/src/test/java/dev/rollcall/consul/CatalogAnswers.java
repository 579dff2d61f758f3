package dev.rollcall.consul;

import dev.rollcall.Instance;
import dev.rollcall.spi.Interner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What Consul answers about a service, made without Consul, and what is read of it. */
final class CatalogAnswers {
    private static final String ANSWER = """
            [{"Node":{"Node":"n1","Address":"10.0.0.9"},"Service":%s,
              "Checks":[{"CheckID":"serfHealth","Status":"passing"},{"CheckID":"%s","Status":"%s"}]}]""";

    private CatalogAnswers() {}

    /** The body of a registration in a layout. */
    static String written(String layout, Instance instance) {
        RegistrationJson writer =
                new RegistrationJson(CatalogLayouts.named(layout), "", Duration.ofSeconds(10), Optional.empty());
        return new String(writer.write(instance, "rollcall:x-1", 7), StandardCharsets.UTF_8);
    }

    /** What an instance of Rollcall's own becomes in Consul, and then here. */
    static Instance roundTrip(String layout, Instance instance, String... readIn) {
        String service = written(layout, instance).replaceFirst(",\"Name\":", ",\"Service\":");
        return read(ANSWER.formatted(service, "rollcall:x-1", "passing"), instance.service(), readIn);
    }

    /**
     * An entry that isn't Rollcall's, called {@code web-1}, of the service {@code web}.
     *
     * @param fields of the service, JSON
     * @param readIn the layouts that are configured
     */
    static Instance foreign(String fields, String... readIn) {
        String service = "{\"ID\":\"web-1\",\"Service\":\"web\",\"Address\":\"10.0.0.1\",\"Port\":80" + fields + "}";
        return read(ANSWER.formatted(service, "service:web-1", "passing"), "web", readIn);
    }

    private static Instance read(String answer, String service, String... readIn) {
        InstanceReader reader =
                new InstanceReader(new Interner(), new HealthRules(true, false), CatalogLayouts.of(List.of(readIn)));
        try {
            List<CatalogEntry> entries = CatalogReader.healthOfService(answer.getBytes(StandardCharsets.UTF_8));
            return reader.read(entries.get(0), service);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
