package io.mintmark.house.bad.util;

/** A vague name in a drawer. */
public final class StringHelper {}
