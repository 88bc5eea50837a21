package io.mintmark.documents;

import java.io.IOException;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Loads documents again when their folder changes. The system's notices make it fast; looking at
 * the folder at every interval makes it certain, since a ConfigMap's update is a link that moves,
 * and network file systems send no notices. Changes that come close together are loaded once.
 *
 * <p>Attached files are not watched here: who reads a bundle watches it.
 */
public final class FolderWatcher implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(FolderWatcher.class.getName());
  private static final Duration QUIET = Duration.ofMillis(100);
  private static final int MAX_QUIET_WAITS = 20;

  /** Intervals after which what was refused is offered again. */
  private static final int RETRY_AFTER = 5;

  private final FolderSource folder;
  private final DocumentSource source;
  private final Duration interval;
  private final Predicate<Load> listener;
  private final Thread thread;
  private volatile boolean closed;
  private String digest;
  private List<Problem> problems = List.of();
  private boolean refused;

  /** How a load ended. */
  public sealed interface Load {
    /** Documents that can be used. */
    record Loaded(DocumentSet documents) implements Load {}

    /** Documents that cannot be used; what was in force stays in force. */
    record Broken(List<Problem> problems) implements Load {
      public Broken {
        problems = List.copyOf(problems);
      }
    }
  }

  private FolderWatcher(
      FolderSource folder,
      DocumentSource source,
      String inForce,
      Duration interval,
      Predicate<Load> listener) {
    this.folder = folder;
    this.source = source;
    this.interval = interval;
    this.listener = listener;
    this.digest = inForce;
    this.thread = new Thread(this::run, "policy-folder");
    thread.setDaemon(true);
  }

  /**
   * Begins to watch.
   *
   * @param source what is loaded when the folder changes: the folder itself, or it and others
   * @param inForce the digest of what the caller has loaded already; a load with another digest is
   *     reported, even if the folder changed before this call
   * @param listener called on the watcher's thread, and only when documents differ from those
   *     reported last or problems do; false where it could not use them for now. Then, and after a
   *     load that broke, the folder is loaded again every few intervals: the reason may lie in
   *     something that is not watched, such as an attached file or a full disk
   */
  public static FolderWatcher start(
      FolderSource folder,
      DocumentSource source,
      String inForce,
      Duration interval,
      Predicate<Load> listener) {
    FolderWatcher watcher = new FolderWatcher(folder, source, inForce, interval, listener);
    watcher.thread.start();
    return watcher;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }

  private void run() {
    String seen = null;
    int waits = 0;
    try (Notices notices = new Notices(folder)) {
      while (!closed) {
        String print = settled(notices, seen);
        if (!print.equals(seen) || (refused && ++waits >= RETRY_AFTER)) {
          seen = print;
          waits = 0;
          reload();
        }
        notices.await(interval);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void reload() {
    try {
      switch (load()) {
        case Load.Loaded loaded -> {
          if (refused || !loaded.documents().digest().equals(digest)) {
            digest = loaded.documents().digest();
            problems = List.of();
            refused = !offered(loaded);
          }
        }
        case Load.Broken broken -> {
          refused = true;
          if (!broken.problems().equals(problems)) {
            problems = broken.problems();
            var _ = offered(broken);
          }
        }
      }
    } catch (RuntimeException | Error e) {
      // a bug in one load must not end the watch: policy would never change again
      refused = true;
      LOG.log(System.Logger.Level.ERROR, "policy folder could not be loaded", e);
    }
  }

  /** The folder's fingerprint once it has stayed the same for a moment. */
  private String settled(Notices notices, @Nullable String seen) throws InterruptedException {
    String print = folder.fingerprint();
    for (int i = 0; i < MAX_QUIET_WAITS && !print.equals(seen); i++) {
      if (seen != null) {
        notices.await(QUIET);
      }
      String again = folder.fingerprint();
      if (again.equals(print)) {
        break;
      }
      print = again;
    }
    return print;
  }

  private boolean offered(Load load) {
    try {
      return listener.test(load);
    } catch (RuntimeException | Error e) {
      LOG.log(System.Logger.Level.ERROR, "documents could not be used", e);
      return false;
    }
  }

  private Load load() {
    try {
      return new Load.Loaded(source.load());
    } catch (DocumentErrors e) {
      return new Load.Broken(e.problems());
    }
  }

  /** The system's notices of a folder's changes; where it has none, time simply passes. */
  private static final class Notices implements AutoCloseable {
    private final FolderSource folder;
    private @Nullable WatchService service;
    private boolean none;

    Notices(FolderSource folder) {
      this.folder = folder;
      this.service = open();
    }

    void await(Duration time) throws InterruptedException {
      WatchService watched = service;
      if (watched == null) {
        TimeUnit.MILLISECONDS.sleep(time.toMillis());
        service = open();
        return;
      }
      WatchKey key = watched.poll(time.toMillis(), TimeUnit.MILLISECONDS);
      if (key != null) {
        key.pollEvents();
        if (!key.reset()) {
          close();
          service = open();
        }
      }
    }

    private @Nullable WatchService open() {
      WatchService opened = null;
      if (none) {
        return null;
      }
      try {
        opened = folder.folder().getFileSystem().newWatchService();
        folder
            .folder()
            .register(
                opened,
                StandardWatchEventKinds.ENTRY_CREATE,
                StandardWatchEventKinds.ENTRY_DELETE,
                StandardWatchEventKinds.ENTRY_MODIFY);
        return opened;
      } catch (IOException e) {
        close(opened);
        return null;
      } catch (OutOfMemoryError noThread) {
        // each attempt would leave open what the system's notices need
        none = true;
        return null;
      }
    }

    @Override
    public void close() {
      close(service);
      service = null;
    }

    private static void close(@Nullable WatchService service) {
      try {
        if (service != null) {
          service.close();
        }
      } catch (IOException e) {
        // nothing is lost: the folder is looked at all the same
      }
    }
  }
}
