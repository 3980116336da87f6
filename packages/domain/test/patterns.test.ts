import { ProxySession } from "@proxy-session/domain/ProxySession"
import { CreateProxySession, ListProxySessions } from "@proxy-session/domain/ProxySessionRequest"
import { PutVoiceConnectorProxy } from "@proxy-session/domain/VoiceConnectorProxyRequest"
import { assert, it } from "@effect/vitest"

/** The source of every pattern that a schema's checks hold, however deep. */
const patterns = (node: unknown, seen = new Set<unknown>()): ReadonlyArray<string> => {
  if (typeof node !== "object" || node === null || seen.has(node)) return []
  seen.add(node)
  const own = "id" in node && node.id === "effect/schema/isPattern" && "payload" in node ? node.payload : undefined
  const source = typeof own === "object" && own !== null && "source" in own ? [String(own.source)] : []
  return [...source, ...Object.values(node).flatMap((child) => patterns(child, seen))]
}

const found = new Set(
  [CreateProxySession, ListProxySessions, PutVoiceConnectorProxy, ProxySession].flatMap(({ ast }) => patterns(ast)),
)

it("the search finds the patterns of ids, numbers, names, countries and area codes", () => {
  assert.sameMembers(
    [...found],
    ["\\S", "^\\+?[1-9]\\d{1,14}$", "^[a-zA-Z0-9 ]{0,30}$", "^(?:[A-Z]{2})?$", "^(?:[0-9]{3})?$"],
  )
})

// No timing: a pattern that begins at the text's beginning and repeats nothing without a limit looks at no more
// characters than it can match, and a single class looks at each character once.
for (const source of found) {
  it(`no text makes ${source} slow`, () => {
    const bare = source.replaceAll(/\\./gu, "x").replaceAll(/\[[^\]]*\]/gu, "x")
    assert.notMatch(bare, /[*+]|\{\d+,\}/u)
    assert.isTrue(bare === "x" || (bare.startsWith("^") && bare.endsWith("$")))
  })
}
