package io.mintmark.policy;

import io.mintmark.workload.Ask;
import io.mintmark.workload.AttestedWorkload;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a decision costs with few and with many documents. Workloads ask in turn: with few of them,
 * whatever is looked up lies in the processor's cache; with many, it comes from memory.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class DecideBenchmark {
  /** The policy, and how many different workloads ask. */
  public enum Documents {
    FEW(PolicyOfSize.FEW, 10),
    MANY_ASKED_BY_FEW(PolicyOfSize.MANY, 10),
    MANY(PolicyOfSize.MANY, 5_000);

    private final PolicyOfSize size;
    private final int callers;

    Documents(PolicyOfSize size, int callers) {
      this.size = size;
      this.callers = callers;
    }
  }

  @Param public Documents documents = Documents.FEW;

  private final Ask ask = PolicyOfSize.ask();
  private Policy policy = PolicyOfSize.FEW.compiled();
  private List<AttestedWorkload> open = List.of();
  private List<AttestedWorkload> guarded = List.of();
  private int next;

  @Setup
  public void compile() {
    policy = documents.size.compiled();
    open = documents.size.granted(false).subList(0, documents.callers);
    guarded = documents.size.granted(true).subList(0, documents.callers);
  }

  /** One grant, no condition, no guardrail. */
  @Benchmark
  public Decision withoutConditions() {
    return decided(open);
  }

  /** One grant with a condition, and ten guardrails. */
  @Benchmark
  public Decision withElevenConditions() {
    return decided(guarded);
  }

  private Decision decided(List<AttestedWorkload> workloads) {
    next = next + 1 < workloads.size() ? next + 1 : 0;
    return policy.decide(workloads.get(next), ask, PolicyOfSize.NOW);
  }
}
