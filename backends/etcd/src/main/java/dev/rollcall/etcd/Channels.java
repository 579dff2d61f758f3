package dev.rollcall.etcd;

import dev.rollcall.spi.BackendThread;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Makes gRPC channels to single members. On the serial thread. */
final class Channels {
    static final int MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

    private final EtcdSettings settings;
    private final BackendThread serial;

    Channels(EtcdSettings settings, BackendThread serial) {
        this.settings = settings;
        this.serial = serial;
    }

    /**
     * A channel to one member, not yet connected. Certificates are read anew each time, so that renewed ones are taken
     * up.
     *
     * @throws StatusException if the certificates can't be used
     */
    Session open(EtcdSettings.HostPort endpoint) throws StatusException {
        ManagedChannel channel = Grpc.newChannelBuilderForAddress(
                        endpoint.host(), endpoint.port(), credentials(settings))
                .executor(serial)
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .disableRetry()
                .disableServiceConfigLookUp()
                .userAgent("rollcall")
                .build();
        return new Session(endpoint, channel, settings, serial);
    }

    /** How connections are secured; the files are read now. */
    static ChannelCredentials credentials(EtcdSettings settings) throws StatusException {
        if (!settings.tls()) {
            return InsecureChannelCredentials.create();
        }
        try {
            TlsChannelCredentials.Builder credentials = TlsChannelCredentials.newBuilder();
            Optional<Path> authorities = settings.authorities();
            if (authorities.isPresent()) {
                credentials.trustManager(authorities.get().toFile());
            }
            if (settings.certificate().isPresent()) {
                EtcdSettings.Certificate certificate = settings.certificate().get();
                credentials.keyManager(
                        certificate.chain().toFile(), certificate.key().toFile());
            }
            return credentials.build();
        } catch (IOException e) {
            throw new StatusException(Status.UNAVAILABLE
                    .withDescription("the certificates can't be read: " + e.getMessage())
                    .withCause(e));
        }
    }
}
