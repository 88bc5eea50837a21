package io.mintmark.kubernetes.policy;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The body of an API server's answer as it comes: no more is asked for than is read, and no wait
 * for more is longer than the patience. For one thread.
 */
final class AnswerStream extends InputStream {
  /** What has come; nothing where that was all. */
  private final BlockingQueue<Optional<ByteBuffer>> chunks;

  private final HttpResponse<AsyncBody> response;
  private final Duration patience;
  private ByteBuffer chunk = ByteBuffer.allocate(0);
  private boolean ended;

  private AnswerStream(
      BlockingQueue<Optional<ByteBuffer>> chunks,
      HttpResponse<AsyncBody> response,
      Duration patience) {
    this.chunks = chunks;
    this.response = response;
    this.patience = patience;
    var _ = response.body().done().whenComplete((done, failure) -> chunks.add(Optional.empty()));
  }

  /**
   * Sends a request.
   *
   * @param connect how long the head of the answer may take
   * @param patience how long each part of its body may take
   * @throws IOException where there is no answer
   */
  static AnswerStream of(
      HttpClient client, HttpRequest request, Duration connect, Duration patience)
      throws IOException {
    BlockingQueue<Optional<ByteBuffer>> chunks = new LinkedBlockingQueue<>();
    CompletableFuture<HttpResponse<AsyncBody>> sent =
        client.consumeBytes(
            request, (come, body) -> come.forEach(one -> chunks.add(Optional.of(one))));
    try {
      HttpResponse<AsyncBody> response = sent.get(connect.toNanos(), TimeUnit.NANOSECONDS);
      return new AnswerStream(chunks, response, patience);
    } catch (TimeoutException late) {
      throw new IOException("the API server gave no answer in time");
    } catch (ExecutionException | CancellationException away) {
      throw new IOException("the API server cannot be reached");
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped");
    } finally {
      // an answer that comes later must not stay open for nobody
      if (!sent.isDone()) {
        var _ = sent.thenAccept(late -> late.body().cancel());
        sent.cancel(true);
      }
    }
  }

  int status() {
    return response.code();
  }

  @Override
  public int read() throws IOException {
    return more() ? chunk.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!more()) {
      return -1;
    }
    int count = Math.min(length, chunk.remaining());
    chunk.get(bytes, offset, count);
    return count;
  }

  @Override
  public void close() {
    // what is read to its end leaves its connection to the next request
    if (!ended) {
      ended = true;
      response.body().cancel();
    }
  }

  private boolean more() throws IOException {
    while (!chunk.hasRemaining() && !ended) {
      Optional<ByteBuffer> next = next();
      if (next.isEmpty()) {
        ended = true;
        if (response.body().done().isCompletedExceptionally()) {
          throw new IOException("the API server broke off");
        }
      } else {
        chunk = next.get();
      }
    }
    return chunk.hasRemaining();
  }

  private Optional<ByteBuffer> next() throws IOException {
    Optional<ByteBuffer> next = chunks.poll();
    if (next != null) {
      return next;
    }
    response.body().consume();
    try {
      Optional<ByteBuffer> come = chunks.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
      if (come == null) {
        throw new IOException("the API server fell silent");
      }
      return come;
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopped");
    }
  }
}
