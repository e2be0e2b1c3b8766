package belay.daemon.guard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import belay.rules.syntax.Dialect;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckRequestTest {

  private static final CheckRequest.Defaults DEFAULTS =
      new CheckRequest.Defaults(Dialect.BASH, "/d", "/h", CheckRequest.Sight.LIVE);

  private static CheckRequest read(String json) throws CheckRequest.BadRequest {
    JsonObject object = JsonParser.parseString(json).getAsJsonObject();
    return CheckRequest.of(object, DEFAULTS);
  }

  @Test
  void whatIsNotSaidComesFromTheDefaults() throws CheckRequest.BadRequest {
    CheckRequest request = read("{\"command\":\"ls\"}");
    assertArrayEquals(new byte[] {'l', 's'}, request.line());
    assertEquals("/d", request.directory());
    assertEquals("/h", request.home());
    assertEquals(CheckRequest.Sight.LIVE, request.sight());
  }

  @Test
  void aRequestSurvivesItsWayToTheDaemon() throws CheckRequest.BadRequest {
    CheckRequest request =
        new CheckRequest(
            new byte[] {'r', 'm', ' ', (byte) 0xff},
            Dialect.ZSH,
            "/x",
            null,
            Map.of("A", List.of("1"), "B", List.of("1", "2"), "C", List.of()),
            Map.of("ll", "ls -l"),
            CheckRequest.Sight.RECENT);
    CheckRequest back = CheckRequest.of(request.toJson(), DEFAULTS);
    assertArrayEquals(request.line(), back.line());
    assertEquals(request.dialect(), back.dialect());
    assertEquals(request.variables(), back.variables());
    assertEquals(request.aliases(), back.aliases());
    assertEquals(request.sight(), back.sight());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{}|`command` is missing",
        "{'command':1}|`command` must be a string",
        "{'command':'x','shell':'fish'}|`shell` is bash or zsh, not `fish`",
        "{'command':'x','cwd':'rel'}|`cwd` must be absolute, not `rel`",
        "{'command':'x','facts':'some'}|`facts` is none, live or recent, not `some`",
        "{'command':'x','vars':[]}|`vars` must be an object of names and values",
        "{'command':'x','vars':{'A':{}}}|the variable `A` must be a string or an array",
        "{'command_base64':'%'}|`command_base64` is not base64",
      })
  void aMistakeIsNamed(String json, String message) {
    CheckRequest.BadRequest refused =
        assertThrows(CheckRequest.BadRequest.class, () -> read(json.replace('\'', '"')));
    assertEquals(message, refused.getMessage());
  }
}
