package belay.rules.syntax;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
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
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * What reading a line costs, in a JVM with the daemon's options. No part of the tests: its name is
 * none that they are found by. See docs/benchmarks.md.
 */
@Fork(
    value = 1,
    jvmArgs = {"-Xms8m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ParserBenchmark {

  /** Lines as people type them, one after another. */
  @State(Scope.Benchmark)
  public static class Typed {
    private byte[][] lines = {};
    private int next;

    /** Reads the corpus. */
    @Setup
    public void read() throws IOException {
      lines =
          RealCommands.all().stream()
              .map(entry -> entry.command().getBytes(StandardCharsets.UTF_8))
              .toArray(byte[][]::new);
    }
  }

  /** A line of a megabyte of one thing over and over. */
  @State(Scope.Benchmark)
  public static class Hostile {

    /** The one thing. */
    @Param({
      "a",
      "a;",
      "rm x ",
      "(",
      "$(",
      "$((",
      "`",
      "\"",
      "'",
      "\\",
      "{a,",
      "[[ a ]];",
      "case a in ",
      "a <<E\nE\n",
      "> a ",
      "$x",
      "${a[1]} ",
      "if a; then b; fi;",
      "\0"
    })
    public String unit = "";

    private byte[] line = {};

    /** Makes the line. */
    @Setup
    public void fill() {
      line = LargeLinesTest.line(unit, Parser.LENGTH_CAP);
    }
  }

  /** One real command: the sampled times give the median, the others the mean. */
  @Benchmark
  @BenchmarkMode({Mode.SampleTime, Mode.AverageTime})
  @OutputTimeUnit(TimeUnit.MICROSECONDS)
  public Script realCommand(Typed typed) {
    typed.next = typed.next + 1 == typed.lines.length ? 0 : typed.next + 1;
    return Parser.parse(typed.lines[typed.next], Dialect.BASH);
  }

  /** A megabyte, whose tree is gone before the next. */
  @Benchmark
  @BenchmarkMode(Mode.AverageTime)
  @OutputTimeUnit(TimeUnit.MILLISECONDS)
  public int megabyte(Hostile hostile) {
    return Parser.parse(hostile.line, Dialect.ZSH, true).body().items().size();
  }

  @Test
  void measures() throws RunnerException, IOException {
    // Skips, saying so, where there are none.
    assertFalse(RealCommands.all().isEmpty());
    Path result = Path.of("target/parser-benchmark.txt");
    Files.deleteIfExists(result);
    String corpus = System.getProperty("belay.corpus");
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(ParserBenchmark.class.getName())
                    .jvmArgsAppend(
                        corpus == null ? new String[0] : new String[] {"-Dbelay.corpus=" + corpus})
                    .result(result.toString())
                    .build())
            .run();
    assertFalse(results.isEmpty(), "nothing was measured");
  }
}
