package io.mintmark.kubernetes.policy;

import java.util.function.Predicate;

/** Port: a cluster that has documents, and hears what became of them. */
public interface ClusterDocuments {
  /** No cluster. */
  ClusterDocuments NONE =
      new ClusterDocuments() {
        @Override
        public void follow(ClusterView inForce, Predicate<ClusterView> listener) {}

        @Override
        public void inForce(ClusterView view, Union<?> union, String version) {}

        @Override
        public void waits(ClusterView view) {}
      };

  /**
   * Begins to tell of changes.
   *
   * @param inForce what is in force already
   * @param listener called on a thread of the cluster's, never twice at a time; false where the
   *     view could not be used for now, and is told of again
   */
  void follow(ClusterView inForce, Predicate<ClusterView> listener);

  /** Tells the resources of a view what became of them with the policy of this version. */
  void inForce(ClusterView view, Union<?> union, String version);

  /** Tells the resources of a view that could not be put in force whatever is new for them. */
  void waits(ClusterView view);
}
