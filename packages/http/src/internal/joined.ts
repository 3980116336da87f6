/** The bytes of a body that came in pieces. */
export const joined = (chunks: ReadonlyArray<Uint8Array>): ArrayBuffer => {
  const whole = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.byteLength, 0))
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole.buffer
}
