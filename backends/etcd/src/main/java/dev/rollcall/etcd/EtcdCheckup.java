package dev.rollcall.etcd;

import com.google.protobuf.ByteString;
import dev.rollcall.etcd.proto.AuthGrpc;
import dev.rollcall.etcd.proto.AuthenticateRequest;
import dev.rollcall.etcd.proto.ClusterGrpc;
import dev.rollcall.etcd.proto.KVGrpc;
import dev.rollcall.etcd.proto.MaintenanceGrpc;
import dev.rollcall.etcd.proto.MemberListRequest;
import dev.rollcall.etcd.proto.RangeRequest;
import dev.rollcall.etcd.proto.StatusRequest;
import dev.rollcall.etcd.proto.StatusResponse;
import dev.rollcall.spi.Checkup;
import dev.rollcall.spi.Finding;
import dev.rollcall.spi.MemberReport;
import dev.rollcall.spi.MemberReport.ClockOffset;
import dev.rollcall.spi.StoreUri;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractBlockingStub;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Looks into an etcd cluster: its members' versions, clocks and troubles, and what is stored where. Used by one thread. */
final class EtcdCheckup implements Checkup {
    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> DATE = Metadata.Key.of("date", Metadata.ASCII_STRING_MARSHALLER);
    private static final Duration SECOND = Duration.ofSeconds(1);

    /** Where others write without being told otherwise; the names are theirs. */
    private static final Map<String, String> OTHERS = others();

    private final EtcdSettings settings;
    private final Failures failures;
    private final Duration timeout;
    private final Map<String, Member> members = new LinkedHashMap<>();

    /** A connection to one member, and who we are there. */
    private record Member(
            EtcdSettings.HostPort endpoint,
            ManagedChannel channel,
            @Nullable String token) {}

    EtcdCheckup(EtcdSettings settings, Duration timeout) {
        this.settings = settings;
        this.failures = new Failures(settings);
        this.timeout = timeout;
    }

    private static Map<String, String> others() {
        Map<String, String> prefixes = new LinkedHashMap<>();
        prefixes.put("/micro/registry/", "go-micro");
        prefixes.put("/micro-registry/", "go-micro (old plugin)");
        prefixes.put("/microservices/", "kratos");
        prefixes.put("kitex/registry-etcd/", "kitex");
        prefixes.put("/dubbo/", "Dubbo");
        prefixes.put("/discox/", "discox");
        return prefixes;
    }

    @Override
    public MemberReport member(String host) {
        Member member = connected(host);
        AtomicReference<Metadata> headers = new AtomicReference<>();
        long asked = System.currentTimeMillis();
        StatusResponse status = asking(
                "asking " + member.endpoint + " for its state",
                () -> prepared(MaintenanceGrpc.newBlockingStub(member.channel), member)
                        .withInterceptors(MetadataUtils.newCaptureMetadataInterceptor(headers, new AtomicReference<>()))
                        .status(StatusRequest.getDefaultInstance()));
        long answered = System.currentTimeMillis();
        Metadata answer = headers.get();
        Optional<ClockOffset> clock = settings.tls()
                ? Optional.ofNullable(answer == null ? null : answer.get(DATE))
                        .flatMap(EtcdCheckup::parsed)
                        .map(told -> ClockOffset.of(told, SECOND, asked, answered))
                : clock(member.endpoint);
        return new MemberReport(clock, findings(status));
    }

    private static List<Finding> findings(StatusResponse status) {
        List<Finding> findings = new ArrayList<>();
        findings.add(EtcdVersion.of(status.getVersion()).finding());
        if (status.getLeader() == 0) {
            findings.add(Finding.fail(
                    "leader",
                    "it knows no leader, so nothing can be written",
                    "bring a majority of the members back, and let them reach each other"));
        }
        for (String error : status.getErrorsList()) {
            findings.add(
                    error.contains("NOSPACE")
                            ? Finding.fail(
                                    "alarm",
                                    "out of space, with " + (status.getDbSize() >> 20) + " MiB: nothing can be written",
                                    "compact and defragment etcd, or raise its quota, then 'etcdctl alarm disarm'")
                            : Finding.warn("alarm", error, "see 'etcdctl endpoint status' and etcd's log"));
        }
        return findings;
    }

    /** etcd's HTTP answers, on the port that gRPC is spoken at, say what time it is. Newer ones can be told not to give any. */
    private Optional<ClockOffset> clock(EtcdSettings.HostPort endpoint) {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://" + endpoint + "/version").toURL().openConnection();
            connection.setConnectTimeout((int) timeout.toMillis());
            connection.setReadTimeout((int) timeout.toMillis());
            connection.setInstanceFollowRedirects(false);
            try {
                long asked = System.currentTimeMillis();
                long told = connection.getDate();
                return told == 0
                        ? Optional.empty()
                        : Optional.of(ClockOffset.of(told, SECOND, asked, System.currentTimeMillis()));
            } finally {
                connection.disconnect();
            }
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
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

    @Override
    public List<Finding> contents() {
        List<Finding> findings = new ArrayList<>();
        if (members.isEmpty()) {
            return findings;
        }
        Member member = members.values().iterator().next();
        int cluster = tolerant(
                0,
                () -> prepared(ClusterGrpc.newBlockingStub(member.channel), member)
                        .memberList(MemberListRequest.getDefaultInstance())
                        .getMembersCount());
        if (cluster > settings.endpoints().size()) {
            findings.add(Finding.warn(
                    "members",
                    "the cluster has " + cluster + " members, the URI names "
                            + settings.endpoints().size(),
                    "name them all, so that each can stand in for the others"));
        } else if (cluster > 0) {
            findings.add(Finding.ok(
                    "members",
                    cluster == 1
                            ? "one alone, for which nobody stands in"
                            : "the URI names all " + cluster + " of the cluster's"));
        }
        Set<String> told = new HashSet<>();
        settings.layouts().all().forEach(layout -> {
            String prefix = Keys.shown(layout.prefix());
            if (told.add(prefix) && !prefix.isEmpty()) {
                count(member, prefix)
                        .ifPresent(count -> findings.add(
                                Finding.ok("layout", count + " keys at " + prefix + ", as " + writers(layout))));
            }
        });
        count(member, settings.configRoot() + "/")
                .ifPresent(count -> findings.add(
                        Finding.ok("layout", count + " keys of configuration at " + settings.configRoot() + "/")));
        OTHERS.forEach((prefix, name) -> count(member, prefix)
                .filter(count -> count > 0 && !told.contains(prefix))
                .ifPresent(count -> findings.add(Finding.ok(
                        "layout",
                        count + " keys of " + name + " at " + prefix + ", not read by this URI (?layout=…)"))));
        return findings;
    }

    private static String writers(Layout layout) {
        return layout instanceof NativeLayout ? "etcd's gRPC naming writes them" : layout.name() + " writes them";
    }

    /** How many keys have a prefix; nothing where that may not be asked. */
    private Optional<Long> count(Member member, String prefix) {
        ByteString key = ByteString.copyFromUtf8(prefix);
        RangeRequest request = RangeRequest.newBuilder()
                .setKey(key)
                .setRangeEnd(Keys.end(key))
                .setCountOnly(true)
                .build();
        return tolerant(
                Optional.empty(),
                () -> Optional.of(prepared(KVGrpc.newBlockingStub(member.channel), member)
                        .range(request)
                        .getCount()));
    }

    private Member connected(String host) {
        Member known = members.get(host);
        if (known != null) {
            return known;
        }
        EtcdSettings.HostPort endpoint = EtcdSettings.endpoint(host);
        ManagedChannel channel;
        try {
            channel = Grpc.newChannelBuilderForAddress(endpoint.host(), endpoint.port(), Channels.credentials(settings))
                    .directExecutor()
                    .disableRetry()
                    .disableServiceConfigLookUp()
                    .userAgent("rollcall")
                    .build();
        } catch (StatusException e) {
            throw failures.exception("connecting", e.getStatus());
        }
        Member anonymous = new Member(endpoint, channel, null);
        members.put(host, anonymous); // so that it is closed, whatever comes
        try {
            Member member = new Member(endpoint, channel, token(channel));
            members.put(host, member);
            return member;
        } catch (RuntimeException e) {
            members.remove(host);
            channel.shutdownNow();
            throw e;
        }
    }

    private @Nullable String token(ManagedChannel channel) {
        Optional<StoreUri.Credentials> credentials = settings.credentials();
        if (credentials.isEmpty()) {
            return null;
        }
        try {
            return AuthGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS)
                    .authenticate(AuthenticateRequest.newBuilder()
                            .setName(credentials.get().user())
                            .setPassword(Login.password(credentials.get()))
                            .build())
                    .getToken();
        } catch (IOException e) {
            throw failures.exception(
                    "logging on", Status.UNAUTHENTICATED.withDescription("the password file can't be read: " + e));
        } catch (StatusRuntimeException e) {
            if (Failures.isAuthenticationDisabled(e.getStatus())) {
                return null;
            }
            throw failures.exception("logging on", e.getStatus());
        }
    }

    private <S extends AbstractBlockingStub<S>> S prepared(S stub, Member member) {
        S timed = stub.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
        if (member.token == null) {
            return timed;
        }
        Metadata headers = new Metadata();
        headers.put(TOKEN, member.token);
        return timed.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    private <T> T asking(String what, Supplier<T> question) {
        try {
            return question.get();
        } catch (StatusRuntimeException e) {
            throw failures.exception(what, e.getStatus());
        }
    }

    /** Whoever may not ask this may still use the store. */
    private <T> T tolerant(T otherwise, Supplier<T> question) {
        try {
            return question.get();
        } catch (StatusRuntimeException e) {
            if (Failures.isAnswer(e.getStatus())) {
                return otherwise;
            }
            throw failures.exception("looking at what is stored", e.getStatus());
        }
    }

    @Override
    public void close() {
        members.values().forEach(member -> member.channel.shutdownNow());
    }
}
