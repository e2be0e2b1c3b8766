/**
 * Looks at what an effect is about to hit: {@link belay.daemon.fact.FactFinder} answers with {@link
 * belay.rules.fact.Facts}, seen through a {@link belay.daemon.fact.Machine}.
 *
 * <p>Nothing here writes, waits for a FIFO's other end, mounts a file system, or opens a device but
 * for asking whether it is claimed. Nothing here is trusted to return: every look at the machine
 * runs on threads of its own, and what they have not said when the deadline comes is unknown. These
 * are platform threads, since a system call that hangs would keep a virtual thread's carrier, and
 * two hung network file systems would stop every session of the daemon on a machine with two
 * processors.
 *
 * <p>The sources of the formats read here: {@code proc(5)}, {@code proc_pid_mountinfo(5)}, {@code
 * proc_locks(5)}, {@code sysfs(5)} with the kernel's {@code Documentation/ABI}, and for the bytes
 * QEMU locks {@code block/file-posix.c} of QEMU.
 */
@NullMarked
package belay.daemon.fact;

import org.jspecify.annotations.NullMarked;
