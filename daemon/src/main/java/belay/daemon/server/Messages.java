package belay.daemon.server;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;

/** Reading members of a message that may lack them or have them of another type. */
public final class Messages {

  private Messages() {}

  public static String text(JsonObject message, String key, String fallback) {
    JsonElement value = message.get(key);
    return value instanceof JsonPrimitive primitive && primitive.isString()
        ? primitive.getAsString()
        : fallback;
  }

  public static int number(JsonObject message, String key, int fallback) {
    JsonElement value = message.get(key);
    if (value instanceof JsonPrimitive primitive && primitive.isNumber()) {
      double number = primitive.getAsDouble();
      return number >= 0 && number <= 1_000_000_000 ? (int) number : fallback;
    }
    return fallback;
  }

  /** A number that outgrows an int: of a record, or of µs. 0 where there is none. */
  public static long wide(JsonObject message, String key) {
    JsonElement value = message.get(key);
    if (value instanceof JsonPrimitive primitive && primitive.isNumber()) {
      double number = primitive.getAsDouble();
      return number >= 0 && number < 1e15 ? (long) number : 0;
    }
    return 0;
  }

  /** A message of one type without members. */
  public static JsonObject of(String type) {
    JsonObject out = new JsonObject();
    out.addProperty("type", type);
    return out;
  }
}
