package io.mintmark.ledger;

/** A record with its place in the log. */
public record LedgerEntry(long seq, LedgerRecord record) {}
