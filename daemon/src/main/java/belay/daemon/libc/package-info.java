/**
 * The calls to the C library that Java does not offer, all of them read-only but for the terminal:
 * {@link belay.daemon.libc.Tty} talks to a person's terminal, {@link belay.daemon.libc.FileStatus}
 * and {@link belay.daemon.libc.Directory} look at files by their bytes, and {@link
 * belay.daemon.libc.Descriptor} asks the kernel for locks and claims.
 *
 * <p>Paths are strings as {@link belay.rules.syntax.Text} decodes them, so that a name that is not
 * UTF-8 is looked up byte for byte whatever the locale. A call holds its thread until the kernel
 * answers, and a virtual thread its carrier with it: what may hang belongs on a platform thread.
 *
 * <p>Linux with glibc on x86-64 and aarch64 (little endian, LP64); constants are those of the
 * kernel's {@code asm-generic} headers, which both use but for the ones named in {@link
 * belay.daemon.libc.Libc}.
 */
@NullMarked
package belay.daemon.libc;

import org.jspecify.annotations.NullMarked;
