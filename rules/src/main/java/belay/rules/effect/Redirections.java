package belay.rules.effect;

import belay.rules.effect.Meaning.Mark;
import belay.rules.syntax.Dialect;
import belay.rules.syntax.Redirection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What redirections open, truncate and feed (POSIX.1-2024 2.7; bash(1) REDIRECTION). */
final class Redirections {

  private final Walk walk;

  Redirections(Walk walk) {
    this.walk = walk;
  }

  /**
   * Runs a command with its redirections: they are made even where the command then fails.
   *
   * @param writes whether the command prints anything; a file it prints nothing to is only emptied
   */
  void around(List<Redirection> redirections, boolean writes, Runnable command) {
    if (redirections.isEmpty()) {
      command.run();
      return;
    }
    Output input = walk.input();
    boolean away = false;
    for (Redirection redirection : redirections) {
      input = open(redirection, writes, input);
      away |= isAway(redirection);
    }
    Walk.Sink sink = away ? null : walk.sink();
    Runnable printing = () -> walk.into(sink, command);
    walk.fed(input, printing);
  }

  /** Whether it takes standard output to somewhere else. */
  private static boolean isAway(Redirection redirection) {
    String descriptor = redirection.descriptor();
    return switch (redirection.operator()) {
      case OUTPUT, CLOBBER, APPEND, DUPLICATE_OUTPUT ->
          descriptor == null || descriptor.equals("1");
      case OUTPUT_BOTH, APPEND_BOTH -> true;
      case INPUT, READ_WRITE, DUPLICATE_INPUT, HERE_DOCUMENT, HERE_DOCUMENT_TABS, HERE_STRING ->
          false;
    };
  }

  private static boolean isStandardInput(Redirection redirection) {
    return redirection.descriptor() == null || redirection.descriptor().equals("0");
  }

  /** Its effect; gives back what standard input is from here on. */
  private @Nullable Output open(Redirection redirection, boolean writes, @Nullable Output input) {
    switch (redirection.operator()) {
      case OUTPUT, CLOBBER, OUTPUT_BOTH ->
          write(redirection, writes ? EffectKind.OVERWRITE : EffectKind.TRUNCATE);
      case APPEND, APPEND_BOTH -> write(redirection, EffectKind.APPEND);
      case READ_WRITE -> write(redirection, EffectKind.APPEND);
      case DUPLICATE_OUTPUT -> {
        // `>&$x` names a file where x is neither a number nor a dash.
        String word = redirection.descriptor() == null ? known(redirection) : null;
        if (word != null && !isDescriptor(word) && !word.isEmpty()) {
          write(redirection, writes ? EffectKind.OVERWRITE : EffectKind.TRUNCATE);
        }
      }
      case DUPLICATE_INPUT -> {}
      case HERE_DOCUMENT, HERE_DOCUMENT_TABS -> {
        Redirection.HereDocument document = redirection.document();
        if (document != null && isStandardInput(redirection)) {
          return new Output.Text(walk.expander().single(document.body()).value());
        }
      }
      case HERE_STRING -> {
        Value text = walk.expander().single(redirection.target()).value();
        if (isStandardInput(redirection)) {
          return new Output.Text(text.append(Value.of("\n")));
        }
      }
      case INPUT -> {
        Field file = walk.expander().single(redirection.target());
        if (isStandardInput(redirection)) {
          return read(file);
        }
      }
    }
    return input;
  }

  private Output read(Field file) {
    String path = file.known();
    Output substituted = path == null ? null : walk.substitutedBy(path);
    if (substituted != null) {
      return substituted;
    }
    return "/dev/null".equals(path)
        ? new Output.Text(Value.EMPTY)
        : new Output.Unknown(file.value().display());
  }

  private @Nullable String known(Redirection redirection) {
    return walk.expander().single(redirection.target()).known();
  }

  private static boolean isDescriptor(String word) {
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if ((c < '0' || c > '9') && (c != '-' || i < word.length() - 1)) {
        return false;
      }
    }
    return true;
  }

  private void write(Redirection redirection, EffectKind kind) {
    // zsh opens several files where a word makes several (zshmisc(1) MULTIOS); bash refuses.
    List<Field> files =
        walk.scope().dialect() == Dialect.ZSH
            ? walk.expander().fields(List.of(redirection.target()))
            : List.of(walk.expander().single(redirection.target()));
    for (Field file : files) {
      walk.effect(
          new Mark(
              kind,
              Meaning.Sort.PATH,
              "",
              file.value(),
              null,
              Reach.ONE,
              Certainty.CERTAIN,
              null,
              file),
          ">");
    }
  }
}
