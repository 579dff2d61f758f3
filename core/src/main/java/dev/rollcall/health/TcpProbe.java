package dev.rollcall.health;

import static java.util.Objects.requireNonNull;

import dev.rollcall.Endpoint;
import dev.rollcall.Instance;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Passes if an endpoint accepts a TCP connection, which is closed at once. Immutable. */
public final class TcpProbe implements Probe {
    private final @Nullable Endpoint target;

    private TcpProbe(@Nullable Endpoint target) {
        this.target = target;
    }

    /** A probe of the instance's principal endpoint. */
    public static TcpProbe create() {
        return new TcpProbe(null);
    }

    /** The same, connecting here instead: for an instance that is reached by others at an address which isn't its own. */
    public TcpProbe at(Endpoint target) {
        return new TcpProbe(requireNonNull(target, "target"));
    }

    @Override
    public ProbeResult probe(Instance instance, Duration timeout) {
        Endpoint asked = target == null ? instance.endpoint() : target;
        String what = "connecting to " + asked.authority();
        InetSocketAddress address = new InetSocketAddress(asked.host(), asked.port());
        if (address.isUnresolved()) {
            return ProbeResult.failed(what + ": unknown host");
        }
        try (Socket socket = new Socket()) {
            socket.connect(address, Timeouts.millis(timeout));
            return ProbeResult.passed(what + ": accepted");
        } catch (SocketTimeoutException e) {
            return ProbeResult.failed(what + ": no answer within " + Timeouts.shown(timeout));
        } catch (IOException | IllegalArgumentException e) {
            return ProbeResult.failed(what + ": " + Timeouts.reason(e));
        }
    }

    @Override
    public String toString() {
        return target == null ? "tcp" : "tcp " + target.authority();
    }
}
