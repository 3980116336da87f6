import { assert, describe, it } from "@effect/vitest"
import * as Scan from "@proxy-session/replay/Scan"

/** A number outside the fictional blocks, put together here so that no file holds one. */
const real = ["1206", "555", "9999"].join("")
const key = ["AK", "IA", "X".repeat(16)].join("")
const secretKey = ["wJal/XUtnFEMI", "K7MDENG+bPxRfiCY", "EXAMPLEKEY1"].join("/").slice(0, 40)

describe("Scan", () => {
  for (const text of [
    `"+${real}"`,
    `"${real}"`,
    `call +${real}, please`,
    `%2B${real}`,
    `%2b${real}`,
    `%252B${real}`,
    `?to%3D%2B${real}%26x`,
    `?to%3D${real}%26x`,
    `tel:+${real}`,
    `tel+${real}`,
    `"+49301"`,
    `"number:\\n${real}"`,
    `"number=\\u003d${real}"`,
    `"00${real}"`,
    `"+${real.slice(0, 1)} ${real.slice(1, 4)} ${real.slice(4, 7)} ${real.slice(7)}"`,
    `"call (${real.slice(1, 4)}) ${real.slice(4, 7)}-${real.slice(7)}"`,
    `${real.slice(1, 4)}-${real.slice(4, 7)}-${real.slice(7)}`,
    `tel${real}`,
    `num_${real}`,
    `is -${real}`,
    `no.${real}`,
    `0${real}`,
    `${real}-in-use`,
    `%${real}`,
    `\\u${real}`,
    `+${real}-in-use`,
    `\\u002b${real}`,
    `"\\\\u002b${real}"`,
    `%255Cu002B${real}`,
    `&#43;${real}`,
    `%25252525252B${real}`,
    `"+${real.slice(0, 1)}-${real.slice(1, 4)}-${real.slice(4, 7)}-${real.slice(7)}"`,
    `+${real.slice(0, 1)}%20${real.slice(1, 4)}%2F${real.slice(4)}`,
    `+${real.slice(0, 1)}+${real.slice(1, 4)}+${real.slice(4)}`,
    `tel${real.slice(1, 4)}\u2013${real.slice(4, 7)}\u00a0${real.slice(7)}x`,
    `00 ${real.slice(0, 1)} ${real.slice(1, 4)} ${real.slice(4)}`,
    `+${real.slice(0, 1)}\t${real.slice(1, 4)}\t${real.slice(4)}`,
    `${real.slice(1, 4)}\n${real.slice(4, 7)}\n${real.slice(7)}`,
    `[${real.slice(1, 4)}] ${real.slice(4, 7)}\u2212${real.slice(7)}`,
    `(${real.slice(1, 4)})&nbsp;${real.slice(4, 7)}&ndash;${real.slice(7)}`,
    `${real.slice(1, 4)}&middot;${real.slice(4, 7)}&lsqb;${real.slice(7)}`,
    `${real.slice(1, 4)}~${real.slice(4, 7)}|${real.slice(7)}`,
    `${real.slice(1, 4)}\u00ad${real.slice(4, 7)}\u200b${real.slice(7)}`,
    `+${real.slice(0, 1)} ${real.slice(1, 4)} ${real.slice(4)}`.replaceAll(/\d/gu, (digit) =>
      String.fromCodePoint(0xff10 + Number(digit)),
    ),
    `"0999${real.slice(4)}"`,
    `0 999 ${real.slice(4, 7)} ${real.slice(7)}`,
    `999${real.slice(4)}`,
    "call 9991234",
    `{"${real}": 1}`,
    `{"to": ${real}}`,
    `{"to": "+${real}", "to": ""}`,
    `"+${["20", "655", "50100"].join("")}"`,
    Array.from(real, (digit) => String.fromCodePoint(0x660 + Number(digit))).join(""),
    `2026-01-02T03:04:05.${real}Z`,
    `00000000-0000-4000-8000-${real}12`,
  ]) {
    it(`finds the telephone number in ${text.replaceAll(/[1-9][\d-]{2,}/gu, "N")}`, () => {
      assert.deepStrictEqual(Scan.secrets(text), ["a telephone number"])
    })
  }

  const kinds = {
    "an access key id": [
      key,
      `"${key}"`,
      `Credential%3D${key}%2F2026`,
      `id_${key}`,
      ...["KIA", "SIA", "IDA", "ROA", "GPA", "NPA", "NVA", "BIA", "CCA"].map((prefix) => `A${prefix}${"Q2".repeat(8)}`),
    ],
    "a secret access key": [
      `key ${secretKey}.`,
      `SecretAccessKey=${secretKey}&x`,
      `secret%3D${encodeURIComponent(secretKey)}`,
      `{"key":"${secretKey.replaceAll("/", "\\\\/")}"}`,
    ],
    "a signature or session token": [
      "AWS4-HMAC-SHA256 Credential",
      "aws4%2Dhmac%2Dsha256",
      "AWS4-ECDSA-P256-SHA256",
      "Credential=x/day/us-east-1/chime/aws4_request",
      "x-amz-signature=0f",
      "X-Amz-Credential%3Dx",
      "X-Amz-Security-Token: t",
      '{"X-Amz-Security-Token": "t"}',
      `Signature=${"0f".repeat(32)}`,
      '"\\"signature\\": \\"' + "0F".repeat(32) + '\\""',
      ...["IQoJ", "FwoG"].map((beginning) => `token${beginning}${"b3Jp".repeat(5)}`),
    ],
    "a bearer token": ["Authorization: Bearer abc.def-123", `bearer+${"abcdefgh".repeat(3)}`],
    "a private key": [["-----BEGIN", "PRIVATE KEY-----"].join(" "), ["-----BEGIN EC", "PRIVATE KEY-----"].join("%20")],
  }
  for (const [kind, texts] of Object.entries(kinds)) {
    it(`finds ${kind}`, () => {
      for (const text of texts) assert.deepStrictEqual(Scan.secrets(text), [kind], text)
    })
  }

  it("leaves fictional numbers, instants and identifiers alone", () => {
    for (const text of [
      `"+12065550100"`,
      "%2B12065550199",
      "%2B447700900123",
      "+9991234, 009991234567, tel:+9991234567, %2B9991234567, \\u002b9991234567, &#43;9991234567",
      "+999 123 4567, 00 999 123 4567, (+999) 123 4567, 999123456789012",
      "called%2012065550100",
      "(206) 555-0100, +1 206-555-0142, 0012065550100, 07700900123",
      "1 206 minutes, 720 2026-04 of 2020",
      "2020-04-15T16:10:10.288Z",
      "123a4bc5-67d8-901e-2f3g-h4ghjk56789l",
      "00000000-0000-4000-8000-123456789012",
      `"expiryMinutes": 720`,
      `{"expiryMinutes": 720, "ticks": [1000000, 100000001]}`,
      '{\n  "format": "proxy-session-cassette/2",\n  "checksum": "a1206555999912ff",\n  "epoch": "2026-01-02T03:04:05.123Z"}',
      "%2012065550100 %252012065550100, %c3%a912065550100, \\u002012065550100",
      "+1 206 555 0142 2 of them, +12065550100-2, tel2065550100, 12065550100-in-use",
      "connector0000000000001, recorded-token-17, a11a5000-0000-4000-8000-000000000017, +999000000000017",
      "the bearer of authentication, X-Amz-Security-Token is missing, the signature: none",
      `${"0f".repeat(20)}, ${"aB3/".repeat(11)}`,
    ]) {
      assert.deepStrictEqual(Scan.secrets(text), [], text)
    }
  })
})

it("tells a known secret however it is written", () => {
  const finds = (text: string, secret: string) => Scan.secrets(text, [secret]).includes("a known secret")
  for (const text of [
    "Zoë & Co",
    "ZOË & CO",
    "Zo%c3%ab%20%26%20Co",
    "Zoë+%26+Co",
    "Zo\\u00eb & Co",
    "Zo&#xeb; &amp; Co",
  ]) {
    assert.isTrue(finds(`for ${text}x`, "Zoë & Co"), text)
  }
  assert.isTrue(finds('"name": "Bo"', "Bo"))
  assert.isTrue(finds("bo is busy", "Bo"))
  assert.isTrue(finds("Name=x%20BO%20y", "Bo"))
  assert.isTrue(finds("γιωργοσ παππασ, γιωργος παππας", "ΓΙΩΡΓΟΣ ΠΑΠΠΑΣ"))
  assert.isTrue(finds("ΓΙΩΡΓΟΣ ΠΑΠΠΑΣ", "Γιώργος".normalize("NFD").replaceAll(/\p{M}/gu, "")))
  assert.isTrue(finds("Maſſe und Großmann", "MASSE UND GROẞMANN"))
  assert.isFalse(finds('"code": "BoringRequest"', "Bo"))
  assert.isFalse(finds("Büro Boë", "Bo"))
  assert.isTrue(finds('{"name": "7"}', "7"))
  assert.isFalse(finds('{"name": "Trip 7"}', "7"))
  assert.isTrue(finds("+49301 is busy", "+49301"))
  assert.isTrue(finds("+4 93-0123 45", "+493012345"))
  assert.isTrue(
    finds(
      `key ${Array.from("k3yabcde", (char) => String.fromCodePoint(0xfee0 + (char.codePointAt(0) ?? 0))).join("")}`,
      "k3yabcde",
    ),
  )
  assert.isTrue(finds("Zo&#x000000000eb; & Co", "Zoë & Co"))
})

it("refuses what is escaped so often that nobody reads to its bottom, and does not take long over it", () => {
  for (const escape of ["25", "252525"]) {
    assert.deepStrictEqual(Scan.secrets(`%${escape.repeat(1000)}41`), ["escapes that are too deep to be read"])
  }
  assert.deepStrictEqual(Scan.secrets(`%${"25".repeat(20)}2B${real}`), ["a telephone number"])
})
