/**
 * The rules of the house, held by the build: format, imports between the rooms, shell lint, links.
 */
@NullMarked
package belay.tests.house;

import org.jspecify.annotations.NullMarked;
