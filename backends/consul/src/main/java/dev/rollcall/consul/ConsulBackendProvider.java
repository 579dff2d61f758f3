package dev.rollcall.consul;

import dev.rollcall.spi.Backend;
import dev.rollcall.spi.BackendContext;
import dev.rollcall.spi.BackendProvider;
import dev.rollcall.spi.Checkup;
import dev.rollcall.spi.StoreUri;
import java.time.Duration;
import java.util.Set;

/**
 * Rollcall on Consul, version 1.8 or later: {@code consul://host:8500,host2:8500} or, over HTTPS, {@code consul+tls://…}, the port 8500 by
 * default. Name the agent on this host; more than one are asked in turn when one fails. Stateless.
 *
 * <p>Parameters beside the core's own:
 * <dl>
 *   <dt>{@code dc}<dd>the datacenter to discover in, by default the agent's own. Registrations are always in the agent's own
 *   <dt>{@code tag}<dd>discovers only services with this tag, or with all of several: {@code blue,fast}
 *   <dt>{@code nodeMeta}<dd>discovers only what runs on nodes with this metadata: {@code rack:r1,os:linux}
 *   <dt>{@code token}, {@code tokenFile}<dd>the ACL token, or the file that holds it, which is read again when Consul refuses it.
 *       It needs {@code service:write} for what is registered, {@code service:read} and {@code node:read} for what is discovered
 *   <dt>{@code consistency}<dd>{@code default}, {@code stale} (any server answers, even without a leader) or {@code consistent}
 *   <dt>{@code prefix}<dd>what all services' names begin with in Consul, unseen by Rollcall's users; by default nothing. It lets
 *       several environments share a datacenter
 *   <dt>{@code layout}, {@code layout.<service>}<dd>how instances are written and read ({@link dev.rollcall.spi.LayoutChoice}): {@code native} (default), {@code go-micro},
 *       {@code kratos}, {@code spring}, {@code discox}, which are all in Consul's catalogue, or {@code apisix}, in its key/value store. Of several the first is written
 *   <dt>{@code root.apisix}<dd>the folder of the key/value store that upstreams of APISIX are in, by default {@code upstreams}; the token needs {@code key:read} and, to register,
 *       {@code key:write} there and {@code session:write}
 *   <dt>{@code configRoot}<dd>the folder of the key/value store that configuration is in, by default {@code config}; the token needs
 *       {@code key:read} and {@code key:write} there
 *   <dt>{@code warning}<dd>what a service with a warning check is: {@code up} (default) or {@code out-of-service}
 *   <dt>{@code critical}<dd>what a service with a critical check is: {@code out-of-service} (default: visible, not chosen) or
 *       {@code gone}. Maintenance mode is a critical check. Rollcall's own heartbeat and a node that Consul takes for dead always mean gone, for Rollcall's instances
 *   <dt>{@code check}<dd>what the agent asks registered instances, beside Rollcall's heartbeat: {@code ttl} (default: nothing),
 *       {@code http:/path}, {@code tcp}, {@code grpc} or {@code grpc:service}. While it fails, and until it has passed once, an instance is out of
 *       service. An instance chooses for itself with the metadata {@code consul-check}, {@code consul-check-interval} and
 *       {@code consul-check-timeout}
 *   <dt>{@code checkInterval}, {@code checkTimeout}<dd>how often it is asked, 1 s to 1 h, by default 10 s, and how long an answer may take, by
 *       default 5 s, or the interval if that is shorter
 *   <dt>{@code connections}<dd>how many services and keys or prefixes of the configuration are followed by a connection of their own, 1 to 128, by
 *       default 32; services beyond that share two, and configuration one, over which everything below {@code configRoot} is read at each change. An
 *       agent's own limit is 200 connections for one client address
 *   <dt>{@code maxAnswer}<dd>the largest answer to be read, in MiB, 1 to 1024, by default 32
 * </dl>
 *
 * <p>An instance is a service of the agent with a TTL check, and a native one if that was asked for, in the form that {@link RegistrationJson} documents, and whatever the
 * layout adds to it. In the layout {@code apisix} it is a key that a session locks ({@link UpstreamJson}): a crash removes it within 20 s, or the TTL if that is longer.
 */
public final class ConsulBackendProvider implements BackendProvider {

    /** For {@link java.util.ServiceLoader}. */
    public ConsulBackendProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("consul");
    }

    @Override
    public boolean tls() {
        return true;
    }

    @Override
    public String example() {
        return "consul://host:8500,host:8500/?ttl=10s";
    }

    @Override
    public Set<String> parameters() {
        return ConsulSettings.PARAMETERS;
    }

    @Override
    public Backend open(StoreUri uri, BackendContext context) {
        ConsulBackend backend = new ConsulBackend(ConsulSettings.of(uri), context);
        backend.open();
        return backend;
    }

    @Override
    public Checkup checkup(StoreUri uri, Duration timeout, boolean mayWrite) {
        return new ConsulCheckup(ConsulSettings.of(uri), timeout);
    }
}
