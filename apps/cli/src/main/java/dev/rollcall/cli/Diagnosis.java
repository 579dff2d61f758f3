package dev.rollcall.cli;

import dev.rollcall.spi.Finding;

/**
 * A finding, and about what it is.
 *
 * @param subject a member's address, or the registry; fit to be shown
 */
record Diagnosis(String subject, Finding finding) {}
