package belay.daemon.fact;

import belay.rules.syntax.Text;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Programs of this machine, found in the system's own directories and nowhere else. */
enum LocalPrograms implements Programs {
  INSTANCE;

  /** Not the user's PATH: what is asked must be what the administrator installed. */
  private static final List<String> PLACES =
      List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin", "/usr/local/sbin");

  private static final int MOST = 256 * 1024;
  private static final int MOST_COMPLAINT = 4096;

  private record Bytes(byte[] bytes, boolean complete) {}

  @Override
  public Answer ask(Question question, Duration deadline) throws IOException {
    long end = System.nanoTime() + deadline.toNanos();
    ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(question.words()));
    String program = question.words().getFirst();
    builder.command().set(0, program.startsWith("/") ? program : found(program));
    builder.directory(Path.of("/").toFile());
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.putAll(question.environment());
    environment.put("PATH", String.join(":", PLACES));
    environment.put("LC_ALL", "C");
    Process process = builder.start();
    boolean ended = false;
    try {
      CompletableFuture<Bytes> output = read(process.getInputStream(), MOST, process);
      CompletableFuture<Bytes> complaint = read(process.getErrorStream(), MOST_COMPLAINT, null);
      feed(process, question.input());
      Bytes out = output.get(left(end), TimeUnit.NANOSECONDS);
      if (out.complete()) {
        ended = process.waitFor(left(end), TimeUnit.NANOSECONDS);
        if (!ended) {
          throw late(program, deadline);
        }
      }
      Bytes error = ended ? complaint.get(left(end), TimeUnit.NANOSECONDS) : NOTHING;
      return new Answer(
          ended ? process.exitValue() : 0,
          Text.decode(out.bytes()),
          out.complete(),
          Text.decode(error.bytes()).lines().findFirst().orElse(""));
    } catch (TimeoutException e) {
      throw late(program, deadline);
    } catch (ExecutionException e) {
      throw new IOException("`" + program + "` could not be read", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("`" + program + "` was not waited for", e);
    } finally {
      end(process);
    }
  }

  private static final Bytes NOTHING = new Bytes(new byte[0], true);

  private static long left(long end) {
    return Math.max(0, end - System.nanoTime());
  }

  private static IOException late(String program, Duration deadline) {
    return new IOException(
        "`" + Text.printable(program) + "` did not answer within " + deadline.toMillis() + " ms");
  }

  private static String found(String program) throws IOException {
    for (String place : PLACES) {
      Path file = Path.of(place, program);
      if (Files.isExecutable(file)) {
        return file.toString();
      }
    }
    throw new IOException("`" + program + "` is not installed");
  }

  private static void feed(Process process, String input) {
    Thread.ofVirtual()
        .start(
            () -> {
              try (OutputStream in = process.getOutputStream()) {
                in.write(Text.encode(input));
              } catch (IOException notRead) {
                // It may answer without having read the question.
              }
            });
  }

  /** Reads at most so much; more ends {@code process}, since its answer is no longer read. */
  private static CompletableFuture<Bytes> read(
      InputStream stream, int most, @org.jspecify.annotations.Nullable Process process) {
    CompletableFuture<Bytes> read = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try (stream) {
                byte[] bytes = stream.readNBytes(most);
                boolean complete = bytes.length < most || stream.read() < 0;
                read.complete(new Bytes(bytes, complete));
                if (!complete && process != null) {
                  end(process);
                }
                if (process == null) {
                  long _ = stream.skip(Long.MAX_VALUE);
                }
              } catch (IOException gone) {
                read.complete(NOTHING);
              }
            });
    return read;
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
