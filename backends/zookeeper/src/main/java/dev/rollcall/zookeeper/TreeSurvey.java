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
        List<String> services = children(ensemble.root()).stream()
                .filter(name -> !name.startsWith(Checkup.NAME_PREFIX))
                .toList();
        String root = ensemble.root().isEmpty() ? "/" : ensemble.root();
        findings.add(Finding.ok("layout", services.size() + " services below " + root));
        Map<String, Integer> writers = new TreeMap<>();
        for (String service : services.stream().limit(MAX_SAMPLES).toList()) {
            for (String instance :
                    children(ensemble.root() + "/" + service).stream().limit(1).toList()) {
                String writer = writer(text(ensemble.root() + "/" + service + "/" + instance));
                writers.merge(writer, 1, Integer::sum);
            }
        }
        writers.forEach((writer, count) ->
                findings.add(Finding.ok("layout", count + " of the services looked at written by " + writer)));
        addOthers(findings);
        return findings;
    }

    /** By what only they write. */
    private static String writer(String data) {
        if (data.contains("org.springframework.cloud.zookeeper.discovery.ZookeeperInstance")) {
            return "Spring Cloud ZooKeeper";
        }
        if (data.contains("org.apache.dubbo.registry.zookeeper.ZookeeperInstance")) {
            return "Dubbo, application level";
        }
        return data.contains("\"uriSpec\"") || data.contains("\"serviceType\"")
                ? "Curator or Rollcall"
                : "somebody else, which Rollcall does not read";
    }

    private void addOthers(List<Finding> findings) throws KeeperException, InterruptedException {
        long interfaces = 0;
        for (String name : children("/dubbo").stream().limit(MAX_SAMPLES).toList()) {
            interfaces += children("/dubbo/" + name).contains("providers") ? 1 : 0;
        }
        if (interfaces > 0) {
            findings.add(Finding.ok("layout", "Dubbo, interface level, below /dubbo"));
        }
        addSampled(findings, "/microservices", "kratos");
        addSampled(findings, "/micro-registry", "go-micro");
    }

    /** Both write JSON with the service's name into grandchildren. */
    private void addSampled(List<Finding> findings, String root, String name)
            throws KeeperException, InterruptedException {
        for (String service : children(root).stream().limit(MAX_SAMPLES).toList()) {
            for (String instance :
                    children(root + "/" + service).stream().limit(1).toList()) {
                if (text(root + "/" + service + "/" + instance).startsWith("{")) {
                    findings.add(Finding.ok("layout", name + " below " + root));
                    return;
                }
            }
        }
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
