package belay.rules.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command of the grammar (POSIX.1-2024 2.9 Shell Commands; bash(1) SHELL GRAMMAR; zshmisc(1)).
 * Redirections of compound commands stand in {@link Redirected}, so that every other shape is free
 * of them; those of simple commands stand in the command, in order.
 */
public sealed interface Command {

  /** The bytes it was read from. */
  Span span();

  /**
   * A simple command (POSIX.1-2024 2.9.1).
   *
   * @param assignments the leading ones, and for {@code declare} and its like also the arrays among
   *     the operands
   * @param words name and arguments as written, before any expansion; may be empty
   * @param redirections in the order written, wherever they stood
   */
  record Simple(
      Span span, List<Assignment> assignments, List<Word> words, List<Redirection> redirections)
      implements Command {
    public Simple {
      assignments = List.copyOf(assignments);
      words = List.copyOf(words);
      redirections = List.copyOf(redirections);
    }
  }

  /** {@code left && right} or {@code left || right}. */
  record AndOr(Span span, Command left, Connector connector, Command right) implements Command {}

  /** Joins two commands of an and-or list. */
  enum Connector {
    AND,
    OR
  }

  /**
   * Two or more stages joined by pipes, or one negated or measured.
   *
   * @param negated an odd number of {@code !}
   * @param timed measured: the pipeline stands behind the reserved word for that
   * @param stages at least one
   */
  record Pipeline(Span span, boolean negated, boolean timed, List<Command> stages)
      implements Command {
    public Pipeline {
      stages = List.copyOf(stages);
    }
  }

  /** A compound command with redirections behind it. */
  record Redirected(Span span, Command command, List<Redirection> redirections) implements Command {
    public Redirected {
      redirections = List.copyOf(redirections);
    }
  }

  /** {@code ( list )}. */
  record Subshell(Span span, CommandList body) implements Command {}

  /** {@code { list; }}. */
  record Group(Span span, CommandList body) implements Command {}

  /** {@code if … then … elif … else … fi}. */
  record If(Span span, List<Branch> branches, @Nullable CommandList otherwise) implements Command {
    public If {
      branches = List.copyOf(branches);
    }
  }

  /** A condition and what runs when it holds. */
  record Branch(CommandList condition, CommandList body) {}

  /**
   * {@code for name in words; do … done}.
   *
   * @param names one in bash, several in zsh
   * @param words null where there is no {@code in}: the positional parameters
   */
  record For(Span span, List<String> names, @Nullable List<Word> words, CommandList body)
      implements Command {
    public For {
      names = List.copyOf(names);
      words = words == null ? null : List.copyOf(words);
    }
  }

  /** {@code select name in words; do … done}; {@code words} as for {@link For}. */
  record Select(Span span, String name, @Nullable List<Word> words, CommandList body)
      implements Command {
    public Select {
      words = words == null ? null : List.copyOf(words);
    }
  }

  /** {@code for ((init; test; step)) do … done}. */
  record ArithmeticFor(Span span, Word init, Word test, Word step, CommandList body)
      implements Command {}

  /** {@code while} or {@code until}. */
  record While(Span span, boolean until, CommandList condition, CommandList body)
      implements Command {}

  /** zsh {@code repeat count do … done}. */
  record Repeat(Span span, Word count, CommandList body) implements Command {}

  /** {@code case subject in … esac}. */
  record Case(Span span, Word subject, List<Arm> arms) implements Command {
    public Case {
      arms = List.copyOf(arms);
    }
  }

  /**
   * One arm of a {@code case}.
   *
   * @param end where the shell goes on behind its body
   */
  record Arm(List<Word> patterns, CommandList body, ArmEnd end) {
    public Arm {
      patterns = List.copyOf(patterns);
    }
  }

  /** What stands behind an arm of a {@code case} (bash(1) Compound Commands; zshmisc(1)). */
  enum ArmEnd {
    /** {@code ;;}, or nothing behind the last arm: no other arm runs. */
    LEAVES,
    /** {@code ;&}: the next arm runs, whatever its patterns are. */
    RUNS_NEXT,
    /** bash {@code ;;&}, zsh {@code ;|}: the arms behind it are tried in their turn. */
    TRIES_NEXT
  }

  /** {@code [[ … ]]}; its words in order, operators and parentheses included as literal words. */
  record Conditional(Span span, List<Word> words) implements Command {
    public Conditional {
      words = List.copyOf(words);
    }
  }

  /** {@code (( … ))}; expansions inside are parts of the word. */
  record Arithmetic(Span span, Word expression) implements Command {}

  /** A function definition; several names only in zsh. */
  record FunctionDefinition(Span span, List<String> names, Command body) implements Command {
    public FunctionDefinition {
      names = List.copyOf(names);
    }
  }

  /** zsh {@code () { … } arguments}, run at once. */
  record AnonymousFunction(Span span, Command body, List<Word> arguments) implements Command {
    public AnonymousFunction {
      arguments = List.copyOf(arguments);
    }
  }

  /** {@code coproc [NAME] command}. */
  record Coprocess(Span span, @Nullable String name, Command body) implements Command {}

  /** zsh {@code { … } always { … }}. */
  record Always(Span span, CommandList body, CommandList always) implements Command {}

  /** What could not be read, kept so that nothing is silently lost. */
  record Unparsed(Span span, String reason) implements Command {}
}
