package belay.tests.hooks;

/** The shells that have a hook. */
enum Shell {
  BASH,
  ZSH;

  /** Its command. */
  String command() {
    return this == BASH ? "bash" : "zsh";
  }
}
