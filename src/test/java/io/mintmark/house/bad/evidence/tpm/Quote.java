package io.mintmark.house.bad.evidence.tpm;

/** A platform. */
public final class Quote {}
