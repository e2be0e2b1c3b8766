package belay.daemon.cli;

import picocli.CommandLine.Option;

/** {@code --answer}: what is said beforehand to what a rule would ask. */
final class AnswerOption {

  @Option(
      names = "--answer",
      paramLabel = "ask|refuse|allow",
      defaultValue = "ask",
      description =
          "what becomes of a command that a rule asks about: ask on the terminal, and refuse"
              + " without one (the default); refuse; or allow, which runs it. What is blocked never"
              + " runs.")
  private Permission.Policy policy = Permission.Policy.ask;

  Permission.Policy policy() {
    return policy;
  }
}
