package dev.rollcall.zookeeper;

import dev.rollcall.formats.GoMicroFormat;
import dev.rollcall.spi.Interner;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.zookeeper.data.Stat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * go-micro's: {@code {root}/{service}/{id}}. go-micro's own nodes are persistent: one is there until it is deregistered, and after a crash for ever, so
 * that being there says nothing about being alive. Ours are ephemeral, as go-micro's readers don't mind: a crash takes them away. Thread-safe.
 */
final class GoMicroLayout extends FormatLayout {
    private static final Logger log = LoggerFactory.getLogger(GoMicroLayout.class);

    private final AtomicBoolean warned = new AtomicBoolean();

    GoMicroLayout(String name, String prefix, Interner strings) {
        super(name, prefix, new GoMicroFormat(strings));
    }

    @Override
    void seen(String service, String node, Stat stat) {
        if (stat.getEphemeralOwner() == 0 && warned.compareAndSet(false, true)) {
            log.warn(
                    "{}/{} is persistent, as go-micro makes its nodes: it stays when its process dies, so that it is"
                            + " there doesn't mean that it lives. It is reported all the same, as are others like it; have"
                            + " consumers probe such instances (ServiceView.verified) or eject those that fail"
                            + " (OutlierEjection)",
                    service(service),
                    node);
        }
    }
}
