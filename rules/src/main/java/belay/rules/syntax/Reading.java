package belay.rules.syntax;

/** One reading of one text: the cursor and the readers that share it. */
final class Reading {

  final Cursor in;
  final Lists lists;
  final Commands commands;
  final SimpleCommands simple;
  final Conditionals conditionals;
  final Words words;
  final Quotes quotes;
  final Globs globs;
  final Expansions expansions;
  final Parameters parameters;
  final Redirections redirections;
  final HereDocuments documents;

  Reading(Cursor in) {
    this.in = in;
    lists = new Lists(in, this);
    commands = new Commands(in, this);
    simple = new SimpleCommands(in, this);
    conditionals = new Conditionals(in, this);
    words = new Words(in, this);
    quotes = new Quotes(in, this);
    globs = new Globs(in, this);
    expansions = new Expansions(in, this);
    parameters = new Parameters(in, this);
    redirections = new Redirections(in, this);
    documents = new HereDocuments(in, this);
  }

  /** The whole text as a line of its own. */
  Script script() {
    CommandList body = body();
    Failure failure = in.failure();
    Script.Status status;
    if (failure == null) {
      status = new Script.Status.Complete();
    } else {
      Span at = in.span(failure.from(), failure.to());
      status =
          failure.incomplete()
              ? new Script.Status.Incomplete(at, failure.text())
              : new Script.Status.Invalid(at, failure.text());
    }
    return new Script(in.dialect, body, status);
  }

  /** The whole text as part of another one; what cannot be read in it stays inside. */
  CommandList contained() {
    Cursor.Region region = in.enterRegion(in.limit);
    CommandList body = body();
    in.leaveRegion(region, in.limit);
    return body;
  }

  /**
   * Where here-documents stand is known only once the line that asks for them has been read, so
   * lines with any are read twice: once to find the documents, once to put them in their places.
   */
  private CommandList body() {
    CommandList body = lists.whole();
    documents.missing();
    if (documents.found()) {
      in.rewind();
      documents.place();
      body = lists.whole();
      documents.missing();
    }
    return body;
  }
}
