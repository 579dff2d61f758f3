package dev.rollcall.zookeeper;

import dev.rollcall.spi.Checkup;
import dev.rollcall.spi.Finding;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;

/** Finds out who has written what to a tree, from samples. Used by one thread. */
final class TreeSurvey {
    private static final int MAX_SAMPLES = 20;

    private final ZooKeeper handle;
    private final Ensemble ensemble;

    TreeSurvey(ZooKeeper handle, Ensemble ensemble) {
        this.handle = handle;
        this.ensemble = ensemble;
    }

    List<Finding> findings() throws KeeperException, InterruptedException {
        List<Finding> findings = new ArrayList<>();
        // those of a checkup are there for a moment only
        Layout layout = ensemble.layouts().first();
        List<String> services = children(layout.root()).stream()
                .filter(name -> !name.startsWith(Checkup.NAME_PREFIX))
                .toList();
        findings.add(Finding.ok("layout", services.size() + " services below " + layout.root()));
        Map<String, Integer> writers = new TreeMap<>();
        for (String service : services.stream().limit(MAX_SAMPLES).toList()) {
            String parent = layout.instances(service);
            for (String node : children(parent).stream().limit(1).toList()) {
                writers.merge(writer(layout, service, node, text(parent + "/" + node)), 1, Integer::sum);
            }
        }
        writers.forEach((writer, count) ->
                findings.add(Finding.ok("layout", count + " of the services looked at written by " + writer)));
        addOthers(findings);
        return findings;
    }

    /** By what only they write, or else by whether it can be read in the layout that was asked for. */
    private static String writer(Layout layout, String service, String node, String data) {
        if (data.contains("org.springframework.cloud.zookeeper.discovery.ZookeeperInstance")) {
            return "Spring Cloud ZooKeeper";
        }
        if (data.contains("org.apache.dubbo.registry.zookeeper.ZookeeperInstance")) {
            return "Dubbo, application level";
        }
        if (data.contains("\"uriSpec\"") || data.contains("\"serviceType\"")) {
            return "Curator or Rollcall";
        }
        try {
            layout.read(layout.serviceName(service).orElse(service), node, data.getBytes(StandardCharsets.UTF_8));
            return "somebody whose layout is " + layout.name();
        } catch (InstanceReader.MalformedException | IllegalArgumentException e) {
            return "somebody else, which Rollcall does not read as " + layout.name();
        }
    }

    private void addOthers(List<Finding> findings) throws KeeperException, InterruptedException {
        long interfaces = 0;
        for (String name : children("/dubbo").stream().limit(MAX_SAMPLES).toList()) {
            interfaces += children("/dubbo/" + name).contains("providers") ? 1 : 0;
        }
        if (interfaces > 0) {
            findings.add(Finding.ok("layout", "Dubbo, interface level, below /dubbo: layout=dubbo-interface reads it"));
        }
        if (holdsJson("/microservices")) {
            findings.add(Finding.ok("layout", "kratos below /microservices: layout=kratos reads it"));
        }
        if (holdsJson("/micro-registry")) {
            findings.add(Finding.warn(
                    "layout",
                    "go-micro below /micro-registry: layout=go-micro reads it; its nodes stay when their processes die",
                    "have consumers of go-micro's services probe them or eject those that fail"));
        }
    }

    /** Whether there is JSON in grandchildren of this node. */
    private boolean holdsJson(String root) throws KeeperException, InterruptedException {
        for (String service : children(root).stream().limit(MAX_SAMPLES).toList()) {
            for (String instance :
                    children(root + "/" + service).stream().limit(1).toList()) {
                if (text(root + "/" + service + "/" + instance).startsWith("{")) {
                    return true;
                }
            }
        }
        return false;
    }

    private List<String> children(String path) throws KeeperException, InterruptedException {
        try {
            return handle.getChildren(path.isEmpty() ? "/" : path, false);
        } catch (KeeperException.NoNodeException | KeeperException.NoAuthException e) {
            return List.of();
        }
    }

    private String text(String path) throws KeeperException, InterruptedException {
        try {
            byte[] data = handle.getData(path, false, null);
            return data == null ? "" : new String(data, StandardCharsets.UTF_8);
        } catch (KeeperException.NoNodeException | KeeperException.NoAuthException e) {
            return "";
        }
    }
}
