package io.mintmark.kubernetes.policy;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One kind of custom resource as the API server tells of it: listed, then watched; listed again
 * when the server has forgotten where the watch was (410), when it was away, since it may have been
 * restored from an older state, and from time to time in any case. What was told of last stays
 * while the server is away.
 */
final class KindWatch implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(KindWatch.class.getName());

  /** Objects in an answer: each may be as large as API servers take them. */
  private static final int PAGE = 50;

  private static final int GONE = 410;
  private static final int OK = 200;
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** How long one watch lasts; a server that says nothing until its end is not there any more. */
  private static final Duration WATCH = Duration.ofSeconds(20);

  private static final Duration RESYNC = Duration.ofMinutes(10);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final int MAX_DOUBLED = 5;

  private final KubernetesClient client;
  private final String path;
  private final CustomKind kind;
  private final Shelf shelf;
  private final Runnable changed;
  private final Thread thread;
  private volatile boolean listed;
  private volatile boolean live;
  private volatile boolean closed;
  private String said = "";

  /**
   * Begins to list and to watch.
   *
   * @param changed told on a thread of its own whenever something may be otherwise
   */
  KindWatch(KubernetesClient client, CustomKind kind, Shelf shelf, Runnable changed) {
    this.client = client;
    this.kind = kind;
    this.shelf = shelf;
    this.changed = changed;
    String server = client.getConfiguration().getMasterUrl();
    this.path =
        (server.endsWith("/") ? server : server + "/")
            + "apis/"
            + CustomKind.API_VERSION
            + "/"
            + kind.plural();
    this.thread =
        Thread.ofPlatform().daemon().name("policy-watch-" + kind.plural()).unstarted(this::run);
    thread.start();
  }

  /** Whether all there is was told of once. */
  boolean isListed() {
    return listed;
  }

  /** Whether the API server tells of changes now. */
  boolean isWatching() {
    return live;
  }

  /** The plural of the kind. */
  @Override
  public String toString() {
    return kind.plural();
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  private void run() {
    int failures = 0;
    while (!closed) {
      try {
        String version = list();
        said = "";
        long began = System.nanoTime();
        while (version != null
            && System.nanoTime() - began < RESYNC.toNanos()
            && !shelf.isHungry(kind)) {
          version = watch(version);
          failures = version == null ? failures + 1 : 0;
        }
      } catch (IOException away) {
        failures++;
        failed(String.valueOf(away.getMessage()));
      } catch (RuntimeException | Error bug) {
        failures++;
        failed("unexpectedly " + bug.getClass().getSimpleName());
      }
      pause(failures);
    }
  }

  private void failed(String why) {
    live = false;
    if (!closed && !why.equals(said)) {
      said = why;
      LOG.log(
          System.Logger.Level.WARNING,
          "the cluster''s {0} cannot be watched and will be listed again: {1}",
          kind.plural(),
          why);
    }
  }

  private void pause(int failures) {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis() << Math.clamp(failures - 1, 0, MAX_DOUBLED));
    } catch (InterruptedException stop) {
      closed = true;
    }
  }

  /** The version at which all there is was as it is kept now. */
  private String list() throws IOException {
    Set<String> labels = new HashSet<>();
    String next = "";
    while (true) {
      String query = "?limit=" + PAGE + (next.isEmpty() ? "" : "&continue=" + encoded(next));
      StreamedObjects.Page page;
      try (AnswerStream answer = answer(query, PATIENCE);
          StreamedObjects objects = new StreamedObjects(kind, answer)) {
        page = objects.page(item -> took(item, labels));
      }
      next = page.next();
      if (next.isEmpty()) {
        shelf.keepOnly(kind, labels);
        listed = true;
        live = true;
        changed.run();
        return page.version();
      }
    }
  }

  private void took(StreamedObjects.Item item, Set<String> labels) {
    CustomResource resource = item.resource();
    if (resource != null) {
      labels.add(resource.label());
      put(resource, item);
    }
  }

  private void put(CustomResource resource, StreamedObjects.Item item) {
    Shelf.Kept before = shelf.get(resource);
    // what was made of the document is kept where it is the same
    CustomResource now =
        before != null && before.resource().equals(resource) ? before.resource() : resource;
    shelf.put(Shelf.Kept.of(now, item.status(), item.weight()));
  }

  /** The version up to which was told; null where all is to be listed again. */
  private @Nullable String watch(String from) throws IOException {
    String version = from;
    String query =
        "?watch=true&allowWatchBookmarks=true&timeoutSeconds="
            + WATCH.toSeconds()
            + "&resourceVersion="
            + encoded(from);
    long began = System.nanoTime();
    try (AnswerStream answer = answer(query, WATCH.plus(PATIENCE));
        StreamedObjects objects = new StreamedObjects(kind, answer)) {
      StreamedObjects.Event event;
      while ((event = objects.event()) != null) {
        StreamedObjects.Item item = event.item();
        if (event.type().equals("ERROR")) {
          if (item.code() == GONE) {
            return null;
          }
          throw new IOException("the API server ended the watch with status " + item.code());
        }
        if (item.version().isEmpty() || isOlder(item.version(), version)) {
          return null;
        }
        version = item.version();
        happened(event.type(), item);
      }
    } catch (Gone forgotten) {
      return null;
    }
    // a server that ends before its time stops, and what comes back may be an older state
    return System.nanoTime() - began < WATCH.minusSeconds(1).toNanos() ? null : version;
  }

  private void happened(String type, StreamedObjects.Item item) {
    CustomResource resource = item.resource();
    if (resource == null) {
      return;
    }
    if (type.equals("DELETED")) {
      shelf.remove(resource);
    } else {
      put(resource, item);
    }
    changed.run();
  }

  private AnswerStream answer(String query, Duration patience) throws IOException {
    HttpRequest request =
        client
            .getHttpClient()
            .newHttpRequestBuilder()
            .uri(path + query)
            .header("Accept", "application/json")
            .header("Accept-Encoding", "identity")
            .forStreaming()
            .build();
    AnswerStream answer = sent(request, patience);
    if (answer.status() != OK) {
      answer.close();
      if (answer.status() == GONE) {
        throw new Gone();
      }
      throw new IOException("the API server answers " + answer.status());
    }
    return answer;
  }

  /** Sent twice: a connection that was kept open may end as it is used again. */
  private AnswerStream sent(HttpRequest request, Duration patience) throws IOException {
    try {
      return AnswerStream.of(client.getHttpClient(), request, CONNECT, patience);
    } catch (InterruptedIOException stop) {
      throw stop;
    } catch (IOException once) {
      return AnswerStream.of(client.getHttpClient(), request, CONNECT, patience);
    }
  }

  /** The server has forgotten the version or the page that it was asked for. */
  private static final class Gone extends IOException {
    private static final long serialVersionUID = 1L;

    Gone() {
      super("the API server answers 410");
    }
  }

  /** Versions are numbers that grow, unless the server's store was restored. */
  private static boolean isOlder(String version, String than) {
    return version.chars().allMatch(c -> c >= '0' && c <= '9')
        && than.chars().allMatch(c -> c >= '0' && c <= '9')
        && (version.length() == than.length()
            ? version.compareTo(than) < 0
            : version.length() < than.length());
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
