/** The launcher on its own, with a JDK and a Maven that only say that they were called. */
@NullMarked
package belay.tests.launcher;

import org.jspecify.annotations.NullMarked;
