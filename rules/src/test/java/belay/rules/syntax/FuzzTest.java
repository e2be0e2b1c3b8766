package belay.rules.syntax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/**
 * Any bytes at all: no exception, spans that can be true, the same answer twice. {@code
 * -Dbelay.fuzz=N} tries N lines of each kind, {@code -Dbelay.seed=N} begins elsewhere.
 */
class FuzzTest {

  private static final int COUNT = Integer.getInteger("belay.fuzz", 10_000);
  private static final long SEED = Long.getLong("belay.seed", 20260101L);
  private static final String TOKENS =
      "if then else elif fi for in do done while case esac { } ( ) (( )) [[ ]] $( ` \" ' $' $\" ${"
          + " $(( $[ <( >( =( << <<- <<< E > >> >& &> 2>&1 | |& || && & ; ;; ;& &| ! time coproc"
          + " function f() a b=c b=( x+= x[ ] \\ \n \t # * ? [a] @( {a,b} {1..3} ~ $x $1 $ { , .."
          + " repeat foreach end always select \u00e9 :- # % / ^ @Q =ls";

  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

  @Test
  void randomBytesAreRead() {
    for (int i = 0; i < COUNT; i++) {
      byte[] line = new byte[random.nextInt(60)];
      random.nextBytes(line);
      check(line);
    }
  }

  @Test
  void randomTokensAreRead() {
    String[] tokens = TOKENS.split(" ");
    for (int i = 0; i < COUNT; i++) {
      StringBuilder line = new StringBuilder();
      for (int n = random.nextInt(14); n >= 0; n--) {
        line.append(tokens[random.nextInt(tokens.length)]);
        if (random.nextBoolean()) {
          line.append(' ');
        }
      }
      check(line.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void mutatedCasesAreRead() {
    List<byte[]> lines = new ArrayList<>();
    for (Dialect dialect : Dialect.values()) {
      Cases.of(dialect).forEach(one -> lines.add(one.line()));
    }
    for (int i = 0; i < COUNT; i++) {
      byte[] line = lines.get(random.nextInt(lines.size()));
      for (int n = random.nextInt(4); n >= 0; n--) {
        line = mutated(line, lines.get(random.nextInt(lines.size())));
      }
      check(line);
    }
  }

  private byte[] mutated(byte[] line, byte[] other) {
    int at = random.nextInt(line.length + 1);
    int to = Math.min(line.length, at + random.nextInt(4));
    return switch (random.nextInt(4)) {
      case 0 -> joined(Arrays.copyOf(line, at), Arrays.copyOfRange(line, to, line.length));
      case 1 -> joined(Arrays.copyOf(line, at), other);
      case 2 ->
          joined(joined(Arrays.copyOf(line, at), other), Arrays.copyOfRange(line, at, line.length));
      default -> {
        byte[] copy = line.clone();
        if (at < copy.length) {
          copy[at] = (byte) " \n\"'`$(){}[]<>|&;\\#=~*!,".charAt(random.nextInt(24));
        }
        yield copy;
      }
    };
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private void check(byte[] line) {
    for (Dialect dialect : Dialect.values()) {
      String shown = dialect + " " + Text.printable(Text.decode(line)) + " (seed " + SEED + ")";
      Script script;
      try {
        script = Parser.parse(line, dialect, random.nextBoolean());
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError("threw on " + shown, e);
      }
      assertNull(Spans.fault(script, line.length), shown);
      boolean complete = script.status() instanceof Script.Status.Complete;
      boolean unparsed =
          script.body().items().stream()
              .anyMatch(item -> item.command() instanceof Command.Unparsed);
      assertFalse(complete && unparsed, "complete, yet unparsed at the top: " + shown);
      assertEquals(
          Outline.of(Parser.parse(line, dialect)), Outline.of(Parser.parse(line, dialect)), shown);
    }
  }
}
