package dev.rollcall.zookeeper;

import dev.rollcall.StoreException;
import dev.rollcall.StoreException.Kind;
import java.time.Duration;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;

/** Says in Rollcall's words what ZooKeeper's result codes mean, on which path and server, and what is done about it. */
final class Failures {
    private final String store;
    private final Duration requestTimeout;

    /** @param store how the store is called in messages: its URI without credentials */
    Failures(String store, Duration requestTimeout) {
        this.store = store;
        this.requestTimeout = requestTimeout;
    }

    /** @param what the request, such as {@code "creating /services/orders/10.0.0.5:80"} */
    StoreException of(Code code, String what) {
        return switch (code) {
            case CONNECTIONLOSS, SESSIONEXPIRED, SESSIONMOVED, NOTREADONLY, THROTTLEDOP ->
                failure(Kind.UNAVAILABLE, what, "the connection is gone; Rollcall connects again", code);
            case OPERATIONTIMEOUT, REQUESTTIMEOUT ->
                failure(Kind.TIMEOUT, what, "no answer within " + requestTimeout.toMillis() + " ms", code);
            case NOAUTH, AUTHFAILED, INVALIDACL, SESSIONCLOSEDREQUIRESASLAUTH ->
                failure(
                        Kind.DENIED,
                        what,
                        "not permitted; check the user and password in the registry's URI and the nodes' ACLs",
                        code);
            case UNIMPLEMENTED ->
                failure(Kind.REJECTED, what, "this server can't do that; ZooKeeper 3.6 or newer is needed", code);
            default -> failure(Kind.REJECTED, what, "refused with " + code, code);
        };
    }

    StoreException unreachable() {
        return new StoreException(
                Kind.UNAVAILABLE,
                "no ZooKeeper server of " + store + " can be reached"
                        + (store.startsWith("zookeeper+tls") ? ", or none accepts ca, cert and key" : "")
                        + "; Rollcall keeps trying");
    }

    StoreException expired() {
        return new StoreException(
                Kind.LEASE_LOST,
                "the session with " + store + " has expired, and its entries are gone; they are put back");
    }

    StoreException silent(Duration ttl) {
        return new StoreException(
                Kind.LEASE_LOST,
                "nothing was heard from " + store + " for " + ttl.toMillis()
                        + " ms, as long as entries outlive their process; they are put back when it is reachable");
    }

    StoreException deleted(String path) {
        return new StoreException(Kind.DELETED, path + " in " + store + " was deleted by somebody; it is put back");
    }

    StoreException overwritten(String path) {
        return new StoreException(Kind.DELETED, path + " in " + store + " was overwritten by somebody; it is put back");
    }

    StoreException displaced(String path, long owner) {
        return new StoreException(
                Kind.DISPLACED,
                path + " in " + store + " was taken over by "
                        + (owner == 0 ? "somebody who made it persistent" : "session 0x" + Long.toHexString(owner))
                        + "; two processes use one id, give each its own");
    }

    StoreException displacedUnseen(String path) {
        return new StoreException(
                Kind.DISPLACED,
                path + " in " + store
                        + " was taken over by somebody whose ACL hides it; two processes use one id, give each its own");
    }

    StoreException left(String path) {
        return new StoreException(
                Kind.DELETED,
                "the entry that had displaced ours at " + path + " in " + store + " is gone; ours is put back");
    }

    StoreException tooLarge(String path, int bytes, int most) {
        return new StoreException(
                Kind.REJECTED,
                path + " would hold " + bytes + " bytes (at most: " + most + "); shorten the instance's metadata");
    }

    StoreException contended(String path) {
        return new StoreException(
                Kind.UNAVAILABLE, path + " in " + store + " changes faster than it can be written; it is tried again");
    }

    StoreException closed() {
        return new StoreException(Kind.CLOSED, "the client of " + store + " is closed");
    }

    private StoreException failure(Kind kind, String what, String why, Code code) {
        return new StoreException(kind, what + " in " + store + ": " + why, exception(code));
    }

    /** ZooKeeper has codes without an exception. */
    private static @Nullable KeeperException exception(Code code) {
        try {
            return KeeperException.create(code);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
