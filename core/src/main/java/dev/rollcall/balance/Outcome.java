package dev.rollcall.balance;

/** How a pick ended. */
enum Outcome {
    SUCCEEDED,
    FAILED,
    OVERLOADED,
    CANCELLED
}
