package dev.rollcall.zookeeper;

import dev.rollcall.Instance;
import dev.rollcall.StoreException;
import dev.rollcall.spi.Publication;
import dev.rollcall.spi.PublicationListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An instance whose node is named by what is in it: a change may move it to another node. The new one is there before the old one goes. Its methods
 * are called one at a time, its nodes' losses are told at any time.
 */
final class MovingPublication implements Publication {
    private final String service;
    private final Layout layout;
    private final OwnNodes nodes;
    private final PublicationListener listener;
    /** All that may still be there, by name. */
    private final Map<String, Publication> open = new ConcurrentHashMap<>();

    private volatile String current = "";

    MovingPublication(String service, Layout layout, OwnNodes nodes, PublicationListener listener) {
        this.service = service;
        this.layout = layout;
        this.nodes = nodes;
        this.listener = listener;
    }

    @Override
    public CompletionStage<Void> put(Instance instance) {
        if (!layout.isWritten(instance)) {
            return remove();
        }
        String node = layout.node(instance);
        current = node;
        return open.computeIfAbsent(node, name -> nodes.publishNode(layout, service, name, new Current(name)))
                .put(instance)
                .thenCompose(stored -> removeAllBut(node));
    }

    @Override
    public CompletionStage<Void> farewell(Instance leaving) {
        Publication there = layout.isWritten(leaving) ? open.get(layout.node(leaving)) : null;
        return there == null ? put(leaving) : there.farewell(leaving);
    }

    @Override
    public CompletionStage<Void> remove() {
        current = "";
        return removeAllBut("");
    }

    private CompletionStage<Void> removeAllBut(String kept) {
        List<CompletableFuture<Void>> removals = new ArrayList<>();
        open.forEach((node, publication) -> {
            if (!node.equals(kept)) {
                removals.add(publication
                        .remove()
                        .thenRun(() -> open.remove(node, publication))
                        .toCompletableFuture());
            }
        });
        return CompletableFuture.allOf(removals.toArray(CompletableFuture[]::new));
    }

    /** Passes on what happens to the node, as long as it is the one that counts. */
    private final class Current implements PublicationListener {
        private final String node;

        Current(String node) {
            this.node = node;
        }

        @Override
        public void lost(StoreException cause) {
            if (node.equals(current)) {
                listener.lost(cause);
            }
        }

        @Override
        public void displaced(StoreException cause) {
            if (node.equals(current)) {
                listener.displaced(cause);
            }
        }
    }
}
