package dev.rollcall.zookeeper;

import dev.rollcall.StoreException;
import dev.rollcall.spi.ServiceSink;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * Follows the names of the services that have a node below theirs. When one comes or goes, its service's node is asked how many it has, at most
 * once at a time for each service.
 */
final class ServiceWatch extends Follower {
    private static final int MAX_WAITING_LOOKS = 16;

    private final ServiceSink sink;
    private final Layout layout;

    // confined to turn; services go by the names of their nodes
    private final Set<String> names = new HashSet<>();
    /** The services being looked at for an event, and whether another has come since. */
    private final Map<String, Boolean> looks = new HashMap<>();

    private Iterator<String> toLookAt = Collections.emptyIterator();
    private int unlooked;
    private boolean listing;
    private long revision;

    ServiceWatch(Layout layout, ServiceSink sink, TreeWatches trees) {
        super(trees, layout.root());
        this.layout = layout;
        this.sink = sink;
    }

    /** A node at this path came or went. */
    void event(String changed) {
        Optional<String> child = layout.childOf(changed).filter(this::isService);
        child.ifPresent(service -> turn.run(() -> {
            Session session = session();
            if (session == null) {
                return;
            }
            if (looks.putIfAbsent(service, false) == null) {
                look(session, service);
            } else {
                looks.put(service, true);
            }
        }));
    }

    private boolean isService(String child) {
        return layout.serviceName(child).isPresent();
    }

    @Override
    void reset() {
        names.clear();
        looks.clear();
        toLookAt = Collections.emptyIterator();
        listing = false;
    }

    @Override
    void interrupted(StoreException cause) {
        sink.interrupted(cause);
    }

    @Override
    void list(Session session) {
        int asked = round();
        listing = true;
        unlooked = 0;
        session.list(
                path,
                trees.deadlines()
                        .limit((code, children) -> turn.run(() -> {
                            if (!isCurrent(asked)) {
                                return;
                            }
                            if (code == Code.OK && children != null) {
                                revision = children.stat().getPzxid();
                                Iterator<String> services = children.names().stream()
                                        .filter(this::isService)
                                        .toList()
                                        .iterator();
                                toLookAt = services;
                                for (int i = 0; i < MAX_WAITING_LOOKS; i++) {
                                    lookAtNext(session);
                                }
                            } else if (code != Code.NONODE) {
                                failed(code, "listing " + path);
                                return;
                            }
                            reportListIfComplete();
                        })));
    }

    private void lookAtNext(Session session) {
        if (!toLookAt.hasNext()) {
            return;
        }
        String service = toLookAt.next();
        unlooked++;
        look(session, service, trees.lists(), (code, stat) -> {
            if (take(service, code, stat)) {
                unlooked--;
                lookAtNext(session);
                reportListIfComplete();
            }
        });
    }

    private void reportListIfComplete() {
        if (listing && unlooked == 0) {
            listing = false;
            listed();
            report();
        }
    }

    private void look(Session session, String service) {
        look(session, service, trees.eventReads(), (code, stat) -> {
            if (Boolean.TRUE.equals(looks.get(service))) {
                looks.put(service, false);
                look(session, service);
                return;
            }
            looks.remove(service);
            int before = names.size();
            if (take(service, code, stat) && !listing && names.size() != before) {
                report();
            }
        });
    }

    private void look(Session session, String service, Window window, Reply<Stat> reply) {
        int asked = round();
        window.acquire(() -> {
            if (!isCurrent(asked)) {
                window.release();
                return;
            }
            session.look(layout.instances(service), null, trees.deadlines().limit((code, stat) -> {
                window.release();
                turn.run(() -> {
                    if (isCurrent(asked)) {
                        reply.accept(code, stat);
                    }
                });
            }));
        });
    }

    /** False if the answer can't be had, and all begins anew. */
    private boolean take(String service, Code code, @Nullable Stat stat) {
        if (code == Code.OK && stat != null) {
            revision = Math.max(revision, stat.getPzxid());
            if (stat.getNumChildren() > 0) {
                names.add(service);
            } else {
                names.remove(service);
            }
        } else if (code == Code.NONODE || code == Code.NOAUTH) {
            names.remove(service);
        } else {
            failed(code, "looking at " + layout.instances(service));
            return false;
        }
        return true;
    }

    private void report() {
        Set<String> now = names.stream()
                .flatMap(child -> layout.serviceName(child).stream())
                .collect(Collectors.toUnmodifiableSet());
        gate.call(() -> sink.services(now, revision));
    }
}
