package io.mintmark.exchange;

/** The world in force: read by every exchange, swapped whole by whoever compiles documents. */
public final class Worlds {
  private volatile World current;

  public Worlds(World first) {
    current = first;
  }

  public World current() {
    return current;
  }

  public void swap(World next) {
    current = next;
  }
}
