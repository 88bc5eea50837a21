package io.mintmark.keys;

/** A change in the ring: a sentence's worth for log and record. */
public record KeyEvent(Step step, KeyView key) {
  /** What happened to the key. */
  public enum Step {
    PREPARED("prepared"),
    ACTIVATED("activated"),
    RETIRING("retiring"),
    REMOVED("removed");

    private final String word;

    Step(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  @Override
  public String toString() {
    return key.use() + " key \"" + key.id() + "\" (" + key.algorithm().word() + ") " + step.word();
  }
}
