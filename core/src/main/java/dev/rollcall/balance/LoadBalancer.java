package dev.rollcall.balance;

/** How one instance is chosen among many. */
public interface LoadBalancer {}
