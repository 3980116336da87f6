import { assert, it } from "@effect/vitest"
import * as Scan from "@proxy-session/replay/Scan"

it("40 hexadecimal digits are a checksum, in letters of both cases, too; another letter among them makes a key of them", () => {
  const digits = "da39a3ee5e6b4b0d3255bfef95601890AFD80709"
  assert.deepStrictEqual(Scan.secrets(digits), [])
  assert.deepStrictEqual(Scan.secrets(digits.replace("f", "g")), ["a secret access key"])
})
