/** Tests of command models and of the effects of command lines. */
@org.jspecify.annotations.NullMarked
package belay.rules.effect;
