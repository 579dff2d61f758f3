package dev.rollcall.zookeeper;

/**
 * What the nodes of one service say together, told to those who follow it. Between {@link #listing} and {@link #listed} what is read makes up a list;
 * from then on each node tells a change. Confined to the turn of its watch.
 */
interface Members {

    /** Forgets what a list was being made of. */
    void reset();

    /** A list begins. */
    void listing();

    /** A node's content. */
    void read(String node, Session.Node content, long revision);

    /** A node is there, and can't be read. */
    void unreadable(String node, String reason, long revision);

    /** A node isn't there. */
    void gone(String node, boolean onPurpose, long revision);

    /** The list is complete. */
    void listed(long revision);
}
