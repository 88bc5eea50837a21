package io.mintmark.sidecar;

import io.mintmark.sidecar.delivery.Delivery;
import io.mintmark.sidecar.delivery.DeliveryPlan;
import io.mintmark.sidecar.delivery.Surroundings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The deliveries that are at work, in the order in which they began. */
final class Serving {
  private static final System.Logger LOG = System.getLogger(Serving.class.getName());

  private final Surroundings surroundings;
  private final Duration grace;
  private final Map<DeliveryPlan, Delivery> running = new LinkedHashMap<>();

  /**
   * @param grace for those who are served by a delivery that ends
   */
  Serving(Surroundings surroundings, Duration grace) {
    this.surroundings = surroundings;
    this.grace = grace;
  }

  Map<DeliveryPlan, Delivery> running() {
    return Collections.unmodifiableMap(running);
  }

  /** Those that hold nothing valid. */
  List<DeliveryPlan> empty() {
    List<DeliveryPlan> empty = new ArrayList<>();
    running.forEach(
        (plan, delivery) -> {
          if (!delivery.ready()) {
            empty.add(plan);
          }
        });
    return empty;
  }

  /** Variables that a program must not inherit: it would prefer them to what is delivered. */
  Set<String> displaced() {
    Set<String> displaced = new HashSet<>();
    running.values().forEach(delivery -> displaced.addAll(delivery.displaced()));
    return displaced;
  }

  /**
   * Begins what is new and ends what is no more; what did not change is left alone. An old delivery
   * serves until the new ones have begun, but for what it holds and a new one wants.
   *
   * @throws IOException where one cannot begin; then all is as it was
   */
  void become(List<DeliveryPlan> next) throws IOException {
    List<DeliveryPlan> leaving = new ArrayList<>(running.keySet());
    leaving.removeAll(next);
    List<DeliveryPlan> coming = new ArrayList<>(next);
    coming.removeAll(running.keySet());
    List<DeliveryPlan> yielding = new ArrayList<>();
    List<DeliveryPlan> begun = new ArrayList<>();
    try {
      for (DeliveryPlan plan : coming) {
        if (inTheWay(leaving, plan).isEmpty()) {
          begin(plan);
          begun.add(plan);
        }
      }
      coming.removeAll(begun);
      for (DeliveryPlan plan : coming) {
        for (DeliveryPlan old : inTheWay(leaving, plan)) {
          if (!yielding.contains(old)) {
            yielding.add(old);
            release(old);
          }
        }
        begin(plan);
        begun.add(plan);
      }
    } catch (IOException | RuntimeException failed) {
      begun.forEach(this::end);
      yielding.forEach(this::again);
      throw failed;
    }
    leaving.forEach(this::end);
  }

  void end() {
    new ArrayList<>(running.keySet()).reversed().forEach(this::end);
  }

  private static List<DeliveryPlan> inTheWay(List<DeliveryPlan> old, DeliveryPlan plan) {
    return old.stream().filter(one -> !Collections.disjoint(one.holds(), plan.holds())).toList();
  }

  private void begin(DeliveryPlan plan) throws IOException {
    Delivery delivery = plan.open(surroundings);
    try {
      delivery.start();
    } catch (IOException | RuntimeException failed) {
      delivery.stop(Duration.ZERO);
      throw failed;
    }
    running.put(plan, delivery);
  }

  private void release(DeliveryPlan plan) {
    Delivery delivery = running.get(plan);
    if (delivery != null) {
      delivery.release();
    }
  }

  /**
   * One that cannot begin once more stays among those at work, where it is seen not to be ready.
   */
  private void again(DeliveryPlan plan) {
    Delivery old = running.get(plan);
    try {
      begin(plan);
      if (old != null) {
        old.stop(grace);
      }
    } catch (IOException | RuntimeException lost) {
      LOG.log(
          System.Logger.Level.ERROR, plan.name() + " cannot be begun again: " + lost.getMessage());
    }
  }

  private void end(DeliveryPlan plan) {
    Delivery delivery = running.remove(plan);
    if (delivery != null) {
      delivery.stop(grace);
    }
  }
}
