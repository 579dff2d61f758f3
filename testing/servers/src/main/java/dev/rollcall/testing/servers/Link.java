package dev.rollcall.testing.servers;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One proxied connection: the client's channel, the server's, and a flow each way. Used on the proxy's thread alone. */
final class Link {

    private static final Logger LOG = LoggerFactory.getLogger(Link.class);

    private final SocketChannel client;
    private final SocketChannel server;
    private final Flow toServer;
    private final Flow toClient;
    private final SelectionKey clientKey;
    private final SelectionKey serverKey;

    /** Takes over the client's channel and begins to connect to the target. */
    Link(Selector selector, SocketChannel client, SocketAddress target, Faults faults) throws IOException {
        this.client = client;
        this.server = SocketChannel.open();
        client.configureBlocking(false);
        client.setOption(StandardSocketOptions.TCP_NODELAY, true);
        server.configureBlocking(false);
        server.setOption(StandardSocketOptions.TCP_NODELAY, true);
        toServer = new Flow(client, server, faults, TcpProxy.Direction.CLIENT_TO_SERVER);
        toClient = new Flow(server, client, faults, TcpProxy.Direction.SERVER_TO_CLIENT);
        clientKey = client.register(selector, 0, this);
        serverKey = server.register(selector, 0, this);
        connect(target);
    }

    private void connect(SocketAddress target) {
        try {
            server.connect(target);
        } catch (IOException | UnresolvedAddressException e) {
            toClient.sourceBroken(System.nanoTime());
        }
    }

    Flow flow(TcpProxy.Direction direction) {
        return direction == TcpProxy.Direction.CLIENT_TO_SERVER ? toServer : toClient;
    }

    void release() {
        toServer.release();
        toClient.release();
    }

    /** Does what the selector found possible. */
    void ready(SelectionKey key, ByteBuffer scratch, long nowNanos) {
        if (key.isValid() && key.isConnectable()) {
            try {
                server.finishConnect();
            } catch (IOException e) {
                toClient.sourceBroken(nowNanos);
            }
        }
        if (key.isValid() && key.isReadable()) {
            (key.equals(clientKey) ? toServer : toClient).read(scratch, nowNanos);
        }
    }

    /** When there is something to pass on; {@code Long.MAX_VALUE} when not by time alone. */
    long dueNanos() {
        return Math.min(toServer.dueNanos(), toClient.dueNanos());
    }

    /** Passes on what may pass, and tells the selector what to look for. False when the connection is over. */
    boolean advance(long nowNanos) {
        if (!client.isOpen()) {
            return false;
        }
        Flow.Outcome up = toServer.pass(nowNanos);
        if (toServer.sinkBroken()) {
            toClient.sourceBroken(nowNanos);
        }
        Flow.Outcome down = toClient.pass(nowNanos);
        if (toClient.sinkBroken()) {
            toServer.sourceBroken(nowNanos);
            up = toServer.pass(nowNanos);
        }
        boolean deaf = (toServer.sinkBroken() && toClient.ended()) || (toClient.sinkBroken() && toServer.ended());
        if (deaf || up == Flow.Outcome.RESET || down == Flow.Outcome.RESET) {
            reset();
            return false;
        }
        if (toServer.ended() && toClient.ended()) {
            close(client);
            close(server);
            return false;
        }
        watch(
                clientKey,
                wants(toServer.wantsToRead(), SelectionKey.OP_READ)
                        | wants(toClient.wantsToWrite(), SelectionKey.OP_WRITE));
        watch(
                serverKey,
                wants(server.isConnectionPending(), SelectionKey.OP_CONNECT)
                        | wants(server.isConnected() && toClient.wantsToRead(), SelectionKey.OP_READ)
                        | wants(toServer.wantsToWrite(), SelectionKey.OP_WRITE));
        return true;
    }

    /** A server that could not be reached has a key no more, while its client may still wait for the news. */
    private static void watch(SelectionKey key, int operations) {
        if (key.isValid()) {
            key.interestOps(operations);
        }
    }

    private static int wants(boolean wanted, int operation) {
        return wanted ? operation : 0;
    }

    /** Ends the connection on both sides at once, without a farewell. */
    void reset() {
        for (SocketChannel channel : new SocketChannel[] {client, server}) {
            try {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException e) {
                LOG.trace("already closed", e);
            }
            close(channel);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.trace("already closed", e);
        }
    }
}
