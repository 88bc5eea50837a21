package io.mintmark.house.bad.keys;

/** Stands for the one class of a closed room that others may name. */
public final class Absent extends Exception {
  private static final long serialVersionUID = 1L;
}
