package dev.rollcall.console;

import dev.rollcall.Rollcall;
import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is shown, and to whom: one thread takes in what the registry says and tells the pages what is new, at most ten times a second and once for all of
 * them. A message is made once, however many pages listen.
 */
final class Board implements RegistryFollower.Listener, AutoCloseable {
    /** How many pages may listen at once. */
    static final int MAX_STREAMS = 64;

    private static final Logger log = LoggerFactory.getLogger(Board.class);
    private static final long FLUSH_MILLIS = 100;
    private static final long HEARTBEAT_SECONDS = 15;
    private static final long STUCK_MILLIS = 60_000;
    private static final Buffer HEARTBEAT = Buffer.buffer(":\n\n");

    private final ScheduledExecutorService thread;
    private final Executor serial;
    private final Clock clock;
    private final Timeline timeline = new Timeline();
    private final Churn churn = new Churn();
    private final RegistryFollower follower;
    private final Greeting greeting;
    private final Map<String, BrowserStream> streams = new HashMap<>();
    private final Set<String> changedServices = new TreeSet<>();
    private final Set<String> forgottenServices = new TreeSet<>();
    private final @Nullable TrafficMeter traffic;
    private final ConfigBrowser config;
    private final AskedOverrides overrides;
    private final InstanceMessages instances;
    private final @Nullable Ejections ejections;
    private boolean registryChanged;
    private boolean configChanged;
    private boolean flushDue;
    private long flushedMillis;
    private long toldTimeline;

    /**
     * What a page is told first.
     *
     * @param registry where the registry is, fit to be shown
     */
    record Greeting(String registry, boolean allowChanges, boolean hasTraffic) {}

    Board(Rollcall rollcall, Clock clock, Greeting greeting, @Nullable Traffic traffic) {
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, "rollcall-console");
            made.setDaemon(true);
            return made;
        });
        this.serial = this::execute;
        this.clock = clock;
        this.greeting = greeting;
        this.traffic = traffic == null ? null : new TrafficMeter(traffic, clock);
        this.follower = new RegistryFollower(rollcall, serial, clock, timeline, churn, this);
        this.config = new ConfigBrowser(rollcall, serial, this::configChanged);
        this.overrides = new AskedOverrides(rollcall, serial, clock, timeline, this::overrideChanged);
        this.instances = new InstanceMessages(overrides);
        this.ejections = traffic == null ? null : new Ejections(traffic, timeline);
    }

    void start() {
        follower.start();
        execute(overrides::start);
        var unused = thread.scheduleWithFixedDelay(
                guarded(this::heartbeat), HEARTBEAT_SECONDS, HEARTBEAT_SECONDS, TimeUnit.SECONDS);
        if (traffic != null) {
            var unusedToo = thread.scheduleWithFixedDelay(guarded(this::lookAtTraffic), 1, 1, TimeUnit.SECONDS);
        }
    }

    /** Where everything of the board happens, in order. What comes after {@link #close} is dropped. */
    Executor executor() {
        return serial;
    }

    /** Whether as many pages listen as may. */
    boolean isFull() {
        return streams.size() >= MAX_STREAMS;
    }

    /** Begins to tell a page. */
    void add(BrowserStream stream) {
        if (isFull()) {
            stream.end(); // several came at once for the last place
            return;
        }
        streams.put(stream.id(), stream);
        tellAll(stream);
    }

    void remove(BrowserStream stream) {
        streams.remove(stream.id());
        config.follow(streams.values().stream().anyMatch(BrowserStream::configOpened));
    }

    /** The page of this id, if it listens. */
    @Nullable
    BrowserStream stream(String id) {
        return streams.get(id);
    }

    /** Shows a page a service's instances, or none. */
    void open(BrowserStream stream, @Nullable String service) {
        stream.open(service);
        if (service != null) {
            stream.send(allInstances(service), clock.millis());
        }
    }

    /** Shows a page the configuration's keys, or not. */
    void openConfig(BrowserStream stream, boolean open) {
        stream.openConfig(open);
        config.follow(streams.values().stream().anyMatch(BrowserStream::configOpened));
        if (open) {
            stream.send(config.message(), clock.millis());
        }
    }

    /** The texts of the configuration. */
    ConfigBrowser config() {
        return config;
    }

    /** What is asked of instances. */
    AskedOverrides overrides() {
        return overrides;
    }

    /** Instances of all services; see {@link InstanceSearch#find}. */
    Buffer find(String text) {
        return InstanceSearch.find(follower.services(), text);
    }

    /** Tells a page everything, as it has just come or has missed something. */
    void tellAll(BrowserStream stream) {
        long nowMillis = clock.millis();
        Buffer everything = EventText.event("hello", json -> {
            json.writeStringField("stream", stream.id());
            json.writeStringField("registry", greeting.registry());
            json.writeBooleanField("changes", greeting.allowChanges());
            json.writeBooleanField("traffic", greeting.hasTraffic());
        });
        everything.appendBuffer(EventText.event("state", json -> {
            json.writeNumberField("now", nowMillis);
            Rows.registry(json, follower.freshness(), follower.unfollowed());
            json.writeArrayFieldStart("services");
            for (FollowedService service : follower.services()) {
                Rows.service(json, service);
            }
            json.writeEndArray();
            Rows.timeline(json, timeline.after(0));
            Rows.churn(json, churn, nowMillis / 1000 - Churn.SECONDS, nowMillis / 1000);
        }));
        String opened = stream.opened();
        if (opened != null) {
            everything.appendBuffer(allInstances(opened));
        }
        if (stream.configOpened()) {
            config.follow(true);
            everything.appendBuffer(config.message());
        }
        // As one message: the last part of several could be too much each time.
        stream.send(everything, nowMillis);
    }

    @Override
    public void registryChanged() {
        registryChanged = true;
        scheduleFlush();
    }

    @Override
    public void serviceChanged(String service) {
        changedServices.add(service);
        scheduleFlush();
    }

    @Override
    public void serviceForgotten(String service) {
        changedServices.remove(service);
        forgottenServices.add(service);
        scheduleFlush();
    }

    private void overrideChanged(String service, String id) {
        FollowedService known = follower.service(service);
        if (known != null) {
            known.touch(id);
            serviceChanged(service);
        }
        scheduleFlush();
    }

    private void configChanged() {
        configChanged = true;
        scheduleFlush();
    }

    @Override
    public void close() {
        execute(() -> {
            config.close();
            overrides.close();
            follower.close();
            streams.values().forEach(BrowserStream::end);
            streams.clear();
            thread.shutdown();
        });
    }

    private void execute(Runnable task) {
        try {
            thread.execute(guarded(task));
        } catch (RejectedExecutionException e) {
            log.trace("closed", e);
        }
    }

    /** A task that fails must not end the ones after it. */
    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                log.error("the console failed at something; it goes on", e);
            }
        };
    }

    private void scheduleFlush() {
        if (!flushDue) {
            flushDue = true;
            long wait = Math.max(0, Math.min(FLUSH_MILLIS, flushedMillis + FLUSH_MILLIS - clock.millis()));
            var unused = thread.schedule(guarded(this::flush), wait, TimeUnit.MILLISECONDS);
        }
    }

    private void flush() {
        flushDue = false;
        long nowMillis = clock.millis();
        if (!streams.isEmpty()) {
            Buffer delta = delta(nowMillis);
            streams.values().forEach(stream -> stream.send(delta, nowMillis));
        }
        changedServices.forEach(name -> tellInstances(name, nowMillis));
        if (configChanged) {
            tellConfig(nowMillis);
        }
        flushedMillis = nowMillis;
        toldTimeline = timeline.last();
        registryChanged = false;
        changedServices.clear();
        forgottenServices.clear();
    }

    private Buffer delta(long nowMillis) {
        return EventText.event("delta", json -> {
            json.writeNumberField("now", nowMillis);
            if (registryChanged) {
                Rows.registry(json, follower.freshness(), follower.unfollowed());
            }
            json.writeArrayFieldStart("services");
            for (String name : changedServices) {
                FollowedService service = follower.service(name);
                if (service != null) {
                    Rows.service(json, service);
                }
            }
            json.writeEndArray();
            json.writeArrayFieldStart("forgotten");
            for (String name : forgottenServices) {
                json.writeString(name);
            }
            json.writeEndArray();
            Rows.timeline(json, timeline.after(toldTimeline));
            Rows.churn(
                    json, churn, Math.max(flushedMillis, nowMillis - Churn.SECONDS * 1000L) / 1000, nowMillis / 1000);
        });
    }

    private void tellConfig(long nowMillis) {
        configChanged = false;
        List<BrowserStream> readers =
                streams.values().stream().filter(BrowserStream::configOpened).toList();
        if (!readers.isEmpty()) {
            Buffer message = config.message();
            readers.forEach(stream -> stream.send(message, nowMillis));
        }
    }

    private void tellInstances(String name, long nowMillis) {
        FollowedService service = follower.service(name);
        if (service == null) {
            return;
        }
        Set<String> touched = service.takeTouched();
        List<BrowserStream> readers = readersOf(name);
        if (touched.isEmpty() || readers.isEmpty()) {
            return;
        }
        Buffer message = instances.some(service, touched);
        readers.forEach(stream -> stream.send(message, nowMillis));
    }

    private List<BrowserStream> readersOf(String service) {
        return streams.values().stream()
                .filter(stream -> service.equals(stream.opened()))
                .toList();
    }

    private Buffer allInstances(String name) {
        return instances.all(name, follower.service(name));
    }

    private void lookAtTraffic() {
        if (ejections != null) {
            long nowMillis = clock.millis();
            boolean changed = false;
            for (FollowedService service : follower.services()) {
                changed |= ejections.look(service, nowMillis);
            }
            if (changed) {
                scheduleFlush();
            }
        }
        tellTraffic();
    }

    private Buffer message(TrafficMeter.Rates rates, @Nullable String opened) {
        return rates.message(opened, ejections == null ? Map.of() : ejections.of(opened));
    }

    private void tellTraffic() {
        if (traffic == null || streams.isEmpty()) {
            return;
        }
        long nowMillis = clock.millis();
        List<String> names =
                follower.services().stream().map(FollowedService::name).toList();
        TrafficMeter.Rates rates = traffic.measure(names);
        streams.values().forEach(stream -> stream.send(message(rates, stream.opened()), nowMillis));
    }

    private void heartbeat() {
        follower.forgetOld();
        long nowMillis = clock.millis();
        for (BrowserStream stream : List.copyOf(streams.values())) {
            if (stream.stuckMillis(nowMillis) > STUCK_MILLIS) {
                log.info("a page takes nothing any more; its connection is ended");
                stream.end();
                remove(stream);
            } else {
                stream.send(HEARTBEAT, nowMillis);
            }
        }
    }
}
