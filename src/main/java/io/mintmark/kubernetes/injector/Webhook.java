package io.mintmark.kubernetes.injector;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Answers the API server's AdmissionReviews at {@code POST /inject}. Nothing tells the API server
 * from another caller, and none is needed: an answer changes nothing but the pod in the question.
 */
final class Webhook implements Handler<HttpServerRequest> {
  private static final Logger LOG = Logger.getLogger(Webhook.class);

  /** The greatest AdmissionReview in bytes: a pod with all that its API server adds. */
  static final int MAX_BYTES = 3 << 20;

  /** What bodies under way may take in all: their large parts, and apart from these the others. */
  private static final long BUDGET = 8L << 20;

  /** Reviews that wait or are worked on. */
  private static final int MAX_REVIEWS = 1_000;

  /** Reviews on their way in, whose headers take memory, too; the oldest gives way to a new one. */
  static final int MAX_BEGUN = 1_000;

  /** A body up to this size counts apart: nobody keeps ordinary pods out by large ones. */
  private static final int ORDINARY = 64 << 10;

  private static final Duration BODY = Duration.ofSeconds(10);

  private final Vertx vertx;
  private final Injection injection;
  private final MeterRegistry meters;
  private final Timer took;

  /** One large review at a time: each takes many times its bytes. */
  private final WorkerExecutor large;

  private final AtomicInteger reviews = new AtomicInteger();

  /** Guarded by itself; the oldest first. */
  private final SequencedSet<Reading> begun = new LinkedHashSet<>();

  private final AtomicLong underWay = new AtomicLong();
  private final AtomicLong ordinary = new AtomicLong();

  Webhook(Vertx vertx, Injection injection, MeterRegistry meters) {
    this.vertx = vertx;
    this.injection = injection;
    this.meters = meters;
    this.large = vertx.createSharedWorkerExecutor("mintmark-large", 1);
    this.took =
        Timer.builder("mintmark_injector_review_seconds")
            .description("From an AdmissionReview's last byte to its answer")
            .publishPercentileHistogram()
            .register(meters);
    for (String outcome : new String[] {"injected", "untouched", "refused", "malformed", "busy"}) {
      counter(outcome);
    }
  }

  private Counter counter(String outcome) {
    return Counter.builder("mintmark_injector_reviews")
        .description("AdmissionReviews by what became of them")
        .tag("outcome", outcome)
        .register(meters);
  }

  @Override
  public void handle(HttpServerRequest request) {
    if (!InjectorPlan.PATH.equals(request.path())) {
      refuse(request, 404, "there is nothing but " + InjectorPlan.PATH);
    } else if (!request.method().equals(HttpMethod.POST)) {
      request.response().putHeader("allow", "POST");
      refuse(request, 405, "an AdmissionReview is posted");
    } else if (announced(request) > MAX_BYTES) {
      refuse(request, 413, "an AdmissionReview has at most 3 MiB");
    } else {
      new Reading(request).begin();
    }
  }

  private static long announced(HttpServerRequest request) {
    try {
      String length = request.getHeader("content-length");
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException malformed) {
      return Long.MAX_VALUE;
    }
  }

  private void refuse(HttpServerRequest request, int status, String sentence) {
    counter(status == 503 ? "busy" : "malformed").increment();
    HttpServerResponse response = request.response();
    if (!response.ended()) {
      if (request.version() != HttpVersion.HTTP_2) {
        // the rest of its body is not waited for
        response.putHeader("connection", "close");
      }
      response
          .setStatusCode(status)
          .putHeader("content-type", "application/json")
          .end("{\"error\":\"" + sentence.replace("\"", "'") + "\"}")
          .onComplete(
              sent -> {
                if (request.version() == HttpVersion.HTTP_2 && !request.isEnded()) {
                  // or the stream would stay, and hold its headers (RFC 9113 section 8.1)
                  response.reset(0);
                }
              });
    }
  }

  /** One body on its way in, as much as it may be, in as long as it may take; and its answer. */
  private final class Reading {
    private final HttpServerRequest request;
    private final Context context = vertx.getOrCreateContext();
    private @Nullable Buffer body = Buffer.buffer();
    private long timer;
    private long taken;
    private long takenSmall;
    private boolean whole;
    private boolean released;

    /** Nobody waits for the answer any more. */
    private volatile boolean over;

    Reading(HttpServerRequest request) {
      this.request = request;
    }

    void begin() {
      Reading oldest = null;
      synchronized (begun) {
        begun.add(this);
        if (begun.size() > MAX_BEGUN) {
          oldest = begun.removeFirst();
        }
      }
      if (oldest != null) {
        oldest.givesWay();
      }
      timer =
          vertx.setTimer(
              BODY.toMillis(), late -> stop(408, "the body did not come within ten seconds"));
      request.handler(this::part).endHandler(end -> whole());
      request.exceptionHandler(gone -> end());
      request.response().closeHandler(gone -> end());
    }

    private void givesWay() {
      context.runOnContext(room -> stop(503, "too many are under way"));
    }

    private void arrived() {
      synchronized (begun) {
        begun.remove(this);
      }
    }

    private void part(Buffer part) {
      Buffer all = body;
      if (over || all == null) {
        return;
      }
      if (all.length() + part.length() > MAX_BYTES) {
        stop(413, "an AdmissionReview has at most 3 MiB");
        return;
      }
      all.appendBuffer(part);
      long small = Math.min(all.length(), ORDINARY);
      long rest = all.length() - small;
      long allSmall = ordinary.addAndGet(small - takenSmall);
      long allLarge = underWay.addAndGet(rest - taken);
      takenSmall = small;
      taken = rest;
      if (allSmall > BUDGET || (rest > 0 && allLarge > BUDGET)) {
        stop(503, "too much is under way");
      }
    }

    private void whole() {
      Buffer all = body;
      if (over || all == null) {
        return;
      }
      if (reviews.incrementAndGet() > MAX_REVIEWS) {
        reviews.decrementAndGet();
        stop(503, "too many are under way");
        return;
      }
      arrived();
      vertx.cancelTimer(timer);
      whole = true;
      long began = System.nanoTime();
      Callable<Optional<PodAdmission.Answer>> work =
          () ->
              over ? Optional.empty() : Optional.of(PodAdmission.answer(all.getBytes(), injection));
      Future<Optional<PodAdmission.Answer>> answer =
          all.length() > ORDINARY
              ? large.executeBlocking(work, false)
              : vertx.executeBlocking(work, false);
      answer.onComplete(done -> answered(done, began));
    }

    private void answered(AsyncResult<Optional<PodAdmission.Answer>> done, long began) {
      reviews.decrementAndGet();
      release();
      if (done.succeeded()) {
        done.result().ifPresent(answer -> answered(answer, began));
      } else if (done.cause() instanceof PodAdmission.Malformed malformed) {
        stop(400, String.valueOf(malformed.getMessage()));
      } else {
        LOG.error("an AdmissionReview could not be answered", done.cause());
        stop(500, "it could not be answered");
      }
      end();
    }

    private void answered(PodAdmission.Answer answer, long began) {
      counter(answer.outcome()).increment();
      took.record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
      send(answer);
    }

    private void send(PodAdmission.Answer answer) {
      if (!over && !request.response().ended() && !request.response().closed()) {
        request
            .response()
            .putHeader("content-type", "application/json")
            .end(Buffer.buffer(answer.body()));
      }
    }

    private void stop(int status, String sentence) {
      if (!over) {
        end();
        if (!request.response().closed()) {
          refuse(request, status, sentence);
        }
      }
    }

    /** What is worked on counts until that is done, whoever has gone by then. */
    private void end() {
      over = true;
      vertx.cancelTimer(timer);
      if (!whole) {
        release();
      }
    }

    private void release() {
      if (!released) {
        released = true;
        body = null;
        arrived();
        underWay.addAndGet(-taken);
        ordinary.addAndGet(-takenSmall);
      }
    }
  }
}
