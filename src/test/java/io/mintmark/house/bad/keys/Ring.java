package io.mintmark.house.bad.keys;

/** Stands for a room that is closed to others. */
public final class Ring {}
